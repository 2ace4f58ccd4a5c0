// The files and the images of a listing, folder by folder. Pure.
#pragma once

#include "core/rel_path.hpp"
#include "sync/listing.hpp"

#include <functional>
#include <string>
#include <vector>

namespace mirrorseed::sync::images {

bool is_file(const Listing& listing, const RelPath& path);

// Right in it.
std::vector<RelPath> files_in(const Listing& listing, const RelPath& folder,
                              EntryKind kind = EntryKind::file);

// Files that may be images and do not belong to another that may.
std::vector<RelPath> images_of(const Listing& listing,
                               const std::function<bool(const RelPath&)>& may_be_image);

// That are no files in the other.
std::vector<RelPath> files_that_go(const Listing& from, const Listing& to);

// The tree's root has no name.
std::string shown(const RelPath& folder);

}  // namespace mirrorseed::sync::images
