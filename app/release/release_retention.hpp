// Which former releases are kept, and which go with their bytes. Pure, and wary of clocks.
//
// A release is former when its tree has lost what it was made of. It stays for its rule's `keep`, and of one
// thing's former releases under one rule the newest `keep_versions` stay. Versions of one thing are ordered
// by their numbers, contents of one name by when they came. What goes does not come back, and a clock may be
// wrong for a while: a release whose time is over goes when that is still so a day later.
#pragma once

#include "core/store/catalogue_releases.hpp"

#include <optional>
#include <vector>

namespace mirrorseed::app {

struct Outliving {
    ReleaseId release = 0;
    bool goes = false;               // now
    std::optional<UnixTime> gone{};  // where the clock was ahead when it left
    std::optional<UnixTime> over{};  // since when its time is over
};

// Of one tree: what is to be done to those that have another state than they had.
std::vector<Outliving> outliving(const std::vector<Release>& releases, UnixTime now);

}  // namespace mirrorseed::app
