// Parts of a store that only its owner and its server may look into.
//
// What an upstream hides is in them: its contents under their digests, its names in
// the catalogue and in manifests. The files' own modes are what the upstream gave
// them, or SQLite, so their folders are closed, and the catalogue, whose folder is not.
#pragma once

#include "core/result.hpp"
#include "core/system/folder.hpp"

#include <sys/types.h>

#include <optional>
#include <string>

namespace mirrorseed {

// Closes them to others; `readers` is the group that may read all but what is on its way, where we may give
// files to it.
Status close_folders(const Folder& store, std::optional<gid_t> readers);
// The database's file, which is made when it is missing, and what lies beside it.
Status close_database(const std::string& file, std::optional<gid_t> readers);

}  // namespace mirrorseed
