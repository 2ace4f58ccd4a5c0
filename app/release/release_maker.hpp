// From what a rule asks for to a release: its torrent, the torrent's contents and what is offered of it.
#pragma once

#include "app/release/release_contents.hpp"
#include "app/release/release_hashes.hpp"
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

// Can a torrent carry all names of it?
Status check_names(const ReleaseWish& wish, const ReleaseContents& contents);

// Of each file of a torrent, in its order; an error where it has one that is not among the members.
Result<FileContents> contents_for(const torrentgen::Torrent& torrent, const ReleaseContents& contents);

class ReleaseMaker {
public:
    ReleaseMaker(Store& store, ReleaseUrls urls)
        : store_(store), urls_(std::move(urls)), prover_(store.places()) {}

    // Of contents whose names a torrent can carry. All bytes of its torrent follow from the contents, their
    // names and times, and the config. It is proven to be what is served.
    Result<MadeRelease> make(const TreeRow& tree, const ReleaseWish& wish, const ReleaseContents& contents,
                             Progress& progress);

    // What `make` consists of, for whoever has a torrent already. The release that has this torrent, not yet
    // offered:
    static Result<MadeRelease> release_of(const torrentgen::Torrent& torrent, const TreeRow& tree,
                                          const ReleaseWish& wish, const ReleaseContents& contents);
    // And what is offered of it, once it is proven.
    Status finish(const torrentgen::Torrent& torrent, std::string_view bytes, MadeRelease& made,
                  Progress& progress);

    const ReleaseUrls& urls() const { return urls_; }
    ReleaseProver& prover() { return prover_; }
    const torrentgen::ShaLanes& lanes();

private:
    Store& store_;
    ReleaseUrls urls_;
    ReleaseProver prover_;
    std::optional<torrentgen::ShaLanes> lanes_{};
};

}  // namespace mirrorseed::app
