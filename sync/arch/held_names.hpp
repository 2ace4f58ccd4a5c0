// What the tree has under a name of a repository, where names may be links. Pure but for the questions.
#pragma once

#include "sync/metadata_listing.hpp"

#include <vector>

namespace mirrorseed::sync::arch {

// The links on the way, and the file that they lead to; empty where they lead to none.
std::vector<PathEntry> held_chain(const HeldEntry& held, const RelPath& path);

// Why a person should look first, or nothing: the database was signed before the one that the tree has, so
// somebody shows an old one again. `name`: as it is told.
std::string signed_before(const std::string& name, UnixTime made, UnixTime held);

}  // namespace mirrorseed::sync::arch
