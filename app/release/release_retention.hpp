// Which former releases are kept, and which go with their bytes. Pure.
//
// A release is former when its tree has lost what it was made of. It stays for its rule's `keep`, and of one
// thing's former releases under one rule the newest `keep_versions` stay. Versions of one thing are ordered
// by their numbers, contents of one name by when they came.
#pragma once

#include "core/store/catalogue_releases.hpp"

#include <vector>

namespace mirrorseed::app {

// Of one tree. A clock that is before the time when a release left tells nothing of its age.
std::vector<ReleaseId> outlived(const std::vector<Release>& releases, UnixTime now);

}  // namespace mirrorseed::app
