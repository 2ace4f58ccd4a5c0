// What becomes of a place's releases when the tree has these contents there. Pure.
#pragma once

#include "app/release/release_contents.hpp"

#include <optional>
#include <vector>

namespace mirrorseed::app {

struct KnownRelease {
    Release release{};
    bool is_same = false;  // it holds just what the tree has there
};

struct ReleaseChange {
    ReleaseId release = 0;
    std::optional<UnixTime> gone{};
    bool hidden = false;
};

struct ReleasePlan {
    std::vector<ReleaseChange> changes{};
    bool is_new = false;  // there is none of these contents
};

// `restores`: the generation that a rollback publishes again; 0: it is none.
ReleasePlan plan_releases(const std::vector<KnownRelease>& known, ReleaseContents::State state,
                          Generation restores, UnixTime now);

}  // namespace mirrorseed::app
