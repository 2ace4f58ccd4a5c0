// A Debian archive in part: from the config's words to what its metadata is asked.
#pragma once

#include "app/config/config.hpp"
#include "sync/debian/debian_listing.hpp"

#include <string>

namespace mirrorseed::app {

// The keyring is read now; without one of its own the tree's is.
Result<sync::debian::DebianWish> wish_of(const DebianConfig& config, const std::string& trees_keyring);

std::string terms_of(const DebianConfig& config);

}  // namespace mirrorseed::app
