// Which of an upstream's images are held. Pure.
#pragma once

#include "core/rel_path.hpp"

#include <string>
#include <unordered_set>
#include <vector>

namespace mirrorseed::sync::images {

// The newest versions of each image; 0: all. Paths that are equal but for their numbers are versions of one
// image (core/version_order.hpp); which is newer, their names tell, and their folders only where these are
// the same: no list tells in which folder it lies.
std::vector<RelPath> newest_of(const std::vector<RelPath>& images, unsigned newest);

// Of what the tree has: images that are older versions of chosen ones, and whatever else is in folders of
// which all images are.
std::unordered_set<RelPath> superseded_by(const std::vector<RelPath>& chosen,
                                          const std::vector<RelPath>& images,
                                          const std::vector<RelPath>& files);

// Why a person should look first: an image that goes is newer than all of it that are chosen now, as where an
// upstream withholds the newest. Or empty.
std::string went_back(const std::vector<RelPath>& chosen, const std::vector<RelPath>& gone_images);

// Of what goes from the tree: what is in folders with other versions of these images. It may go for them.
std::vector<RelPath> replaced_by(const std::vector<RelPath>& images, const std::vector<RelPath>& gone_images,
                                 const std::vector<RelPath>& gone);

}  // namespace mirrorseed::sync::images
