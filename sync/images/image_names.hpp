// Which names belong to an image, and where images and what belongs to them may be. Pure.
#pragma once

#include "core/glob.hpp"
#include "core/rel_path.hpp"

#include <string_view>
#include <vector>

namespace mirrorseed::sync::images {

// "a.iso.zsync" and "a.manifest" for "a.iso": names beside it.
bool is_companion(std::string_view name, std::string_view image);
// Of those, one that signs it.
bool is_signature_of(std::string_view name, std::string_view image);
// A companion of one of them; lists and their signatures are of none alone.
bool belongs_to(const RelPath& file, const std::vector<RelPath>& images);

// Patterns of the images, and of whatever may belong to them in their folders.
std::vector<Glob> to_be_listed(const std::vector<Glob>& match);

}  // namespace mirrorseed::sync::images
