// An Arch Linux archive in part: from the config's words to what its databases are asked.
#pragma once

#include "app/config/config.hpp"
#include "sync/arch/arch_listing.hpp"

#include <string>

namespace mirrorseed::app {

// The keyring is read now; without one of its own the tree's is, and without either nothing need be signed.
Result<sync::arch::ArchWish> wish_of(const ArchConfig& config, const std::string& trees_keyring);

std::string terms_of(const ArchConfig& config);

}  // namespace mirrorseed::app
