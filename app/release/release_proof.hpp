// Does the code that serves a release give out the bytes that its torrent promises?
#pragma once

#include "core/log.hpp"
#include "core/progress.hpp"
#include "core/store/store.hpp"
#include "torrentgen/torrent.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace mirrorseed::httpd {
class PublishedContents;
}

namespace mirrorseed::app {

// Opens the store as the server does, once for all releases that it proves.
class ReleaseProver {
public:
    explicit ReleaseProver(StorePlaces places);
    ~ReleaseProver();

    // Of each file the first and the last piece, and sixteen more, are read as the web seed would read them,
    // and hashed.
    Status prove(const torrentgen::Torrent& torrent, const Release& release,
                 const std::vector<ReleaseFile>& files, Progress& progress);
    // The first of these pieces that is not served as the torrent has it.
    Result<std::optional<std::uint64_t>> first_unlike(const torrentgen::Torrent& torrent,
                                                      const Release& release,
                                                      const std::vector<ReleaseFile>& files,
                                                      const std::vector<std::uint64_t>& pieces,
                                                      Progress& progress);

private:
    struct Served;
    Result<httpd::PublishedContents*> contents();

    StorePlaces places_;
    Log silent_ = Log::silent();  // what it meets is in the answer
    std::unique_ptr<Served> served_{};
};

}  // namespace mirrorseed::app
