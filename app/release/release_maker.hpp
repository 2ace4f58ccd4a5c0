// From what a rule asks for to a release: its torrent, the torrent's contents and what is offered of it.
#pragma once

#include "app/release/release_contents.hpp"
#include "app/release/release_offer.hpp"
#include "app/release/release_proof.hpp"
#include "app/release/release_urls.hpp"
#include "core/progress.hpp"
#include "core/store/store.hpp"
#include "torrentgen/sha_lanes.hpp"
#include "torrentgen/torrent.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mirrorseed::app {

// One that is made and that nobody knows yet.
struct MadeRelease {
    Release release{};
    std::vector<ReleaseFile> files{};
    Offer offer{};
    TrackerTiers upstream_trackers{};  // of one that is adopted
};

class ReleaseMaker {
public:
    ReleaseMaker(Store& store, ReleaseUrls urls)
        : store_(store), urls_(std::move(urls)), prover_(store.places()) {}

    // All bytes of its torrent follow from the contents, their names and times, and the config. It is proven
    // to be what is served.
    Result<MadeRelease> make(const TreeRow& tree, const ReleaseWish& wish, const ReleaseContents& contents,
                             Progress& progress);
    // The same with a torrent that somebody else made of these contents; an error where it is not of them, or
    // is not to be offered.
    Result<MadeRelease> adopt(std::string_view torrent, const TreeRow& tree, const ReleaseWish& wish,
                              const ReleaseContents& contents, Progress& progress);

private:
    const torrentgen::ShaLanes& lanes();
    Result<MadeRelease> finish(const torrentgen::Torrent& torrent, std::string bytes, const TreeRow& tree,
                               const ReleaseWish& wish, const ReleaseContents& contents, Progress& progress);

    Store& store_;
    ReleaseUrls urls_;
    ReleaseProver prover_;
    std::optional<torrentgen::ShaLanes> lanes_{};
};

}  // namespace mirrorseed::app
