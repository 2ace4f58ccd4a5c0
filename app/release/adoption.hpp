// A torrent that an upstream publishes beside a release becomes the release's, where every piece of it is
// ours.
#pragma once

#include "app/release/release_maker.hpp"
#include "app/release/upstream_torrents.hpp"
#include "core/log.hpp"
#include "torrentgen/read_torrent.hpp"

#include <map>
#include <optional>
#include <string>

namespace mirrorseed::app {

// For the releases of one state of a tree. All that it is given outlives it.
class Adoption {
public:
    Adoption(Store& store, ReleaseMaker& maker, const Log& log) : store_(store), maker_(maker), log_(log) {}

    // Nothing, where none beside it is of it: what was looked at is told, and why it is not. An error only
    // where somebody asked to stop.
    Result<std::optional<MadeRelease>> adopt(const TreeRow& tree, Generation number, const ReleaseWish& wish,
                                             const ReleaseContents& contents, Progress& progress);

private:
    // What is to be made a release.
    struct Place {
        const TreeRow& tree;
        const ReleaseWish& wish;
        const ReleaseContents& contents;
        std::size_t whole_looks = 0;  // that were had for it
    };
    // A torrent that fits it by names and sizes.
    struct Claim;

    bool is_of_another_name(const UpstreamTorrent& torrent, const ReleaseWish& wish) const;
    Result<MadeRelease> try_torrent(Place& place, const UpstreamTorrent& from, Progress& progress);
    static Result<Claim> claim_of(const Place& place, std::string_view bytes, torrentgen::ReadTorrent read);
    Status look(Place& place, const Claim& claim, Progress& progress);
    Status look_whole(const Claim& claim, Progress& progress);
    Result<MadeRelease> take(Claim claim, Progress& progress);

    Store& store_;
    ReleaseMaker& maker_;
    const Log& log_;
    // What each torrent says that it is of; empty where it cannot be read. So it is read once, and not for
    // every release that it lies beside.
    std::map<Digest, std::string> names_{};
};

}  // namespace mirrorseed::app
