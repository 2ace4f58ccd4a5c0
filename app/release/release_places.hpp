// The places of a tree where releases are, or may come: which are to be looked at, what is there, and what
// release is made of it. Nothing is written here (app/release/release_writing.hpp does).
#pragma once

#include "app/config/config.hpp"
#include "app/release/adoption.hpp"
#include "app/release/release_contents.hpp"
#include "app/release/release_maker.hpp"
#include "app/release/release_plan.hpp"
#include "core/log.hpp"
#include "core/progress.hpp"
#include "core/store/store.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::app {

// One state of a tree: a generation, or a candidate.
struct Shown {
    const TreeRow& tree;
    Generation number = 0;
};

// By path; what no rule asks for any more has none.
using Wishes = std::map<RelPath, std::optional<ReleaseWish>>;

// What was seen at a place, and what may come of it in a commit.
struct Seen {
    RelPath path;
    ReleaseContents contents{};
    std::optional<MadeRelease> made{};
    bool is_asked_for = false;
    std::string trouble{};
};

// The releases of a place, beside what it holds now.
std::vector<KnownRelease> known_at(Catalogue& catalogue, TreeId tree, const RelPath& path,
                                   const ReleaseContents& contents);
// Without a wish, whatever is there.
ReleaseContents contents_at(Catalogue& catalogue, const Shown& shown, const RelPath& path,
                            const std::optional<ReleaseWish>& wish);

// All that it is given outlives it.
class ReleasePlaces {
public:
    ReleasePlaces(Store& store, const Config& config, const TreeConfig& tree, const Log& log,
                  Progress& progress);

    // What a candidate changed, and so may have come, gone or become another.
    Wishes touched(const Shown& shown);
    // What stood in the way may be gone, and no entry tells of that.
    Wishes left_undescribed(const Shown& shown);
    // All that rules ask for.
    Wishes asked_for(const Shown& shown);

    // An error only where somebody asked to stop.
    Result<Seen> look_at(const Shown& shown, const RelPath& path, const std::optional<ReleaseWish>& wish,
                         UnixTime now);
    // To make it, and so none that is ready should wait for it.
    bool takes_long(const Shown& shown, const RelPath& path);

private:
    Result<MadeRelease> make(const Shown& shown, const ReleaseWish& wish, const ReleaseContents& contents);

    Store& store_;
    const std::vector<ReleaseConfig>& rules_;
    bool adopts_;
    Progress& progress_;
    ReleaseMaker maker_;
    Adoption adoption_;
};

}  // namespace mirrorseed::app
