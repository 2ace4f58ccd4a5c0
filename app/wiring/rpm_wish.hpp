// RPM repositories in part: from the config's words to what their metadata is asked.
#pragma once

#include "app/config/config.hpp"
#include "sync/rpm/rpm_listing.hpp"

#include <string>

namespace mirrorseed::app {

// The folder of a repository that "repos" names.
RelPath folder_of_repo(const std::string& repo);

// The keyring is read now; without one of its own the tree's is.
Result<sync::rpm::RpmWish> wish_of(const RpmConfig& config, const std::string& trees_keyring);

std::string terms_of(const RpmConfig& config);

}  // namespace mirrorseed::app
