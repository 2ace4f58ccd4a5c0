// The file that tells a hook what changed: "+path" for what came, "~path" for what changed and "-path" for
// what went, files and links, with a NUL behind each.
//
// It is written while the catalogue is read, so that nothing grows with the tree.
#pragma once

#include "core/result.hpp"
#include "core/store/catalogue_entries.hpp"

#include <functional>
#include <string>

namespace mirrorseed::app {

// Hands each change to whoever it is given.
using EachChange = std::function<void(const std::function<void(const EntryChange&)>& seen)>;

// Empty for what a list of names does not tell: folders, and what is as it was.
std::string record_of(const EntryChange& change);

// `path` must not exist yet; only we may read it.
Status write_changes(const std::string& path, const EachChange& each);

}  // namespace mirrorseed::app
