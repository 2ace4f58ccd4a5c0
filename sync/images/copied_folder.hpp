// Is a folder a copy of another? Pure.
//
// A list tells by its signature what images are, and not in which folder it lies. So whoever serves a good
// folder a second time under a higher number could have it count as the newest version, and push out what is
// newer. A folder of which other folders' lists tell every image already is no version of its own: the others
// stay, be they those that the tree has, or those of lower numbers. What its lists tell of besides does not
// count: anybody may lay the list of another product beside them.
#pragma once

#include "core/rel_path.hpp"
#include "sync/checksums/checksum_sets.hpp"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mirrorseed::sync::images {

// Of files, by their names from the folder.
using Telling = std::set<std::pair<std::string, Checksum>>;

void add_telling(const RelPath& folder, const std::vector<ListedChecksum>& files, Telling& to);
// Of a file what lists that are signed tell, where one tells of it; else what all do.
Telling telling_of(const RelPath& folder, const std::vector<ReadSet>& lists);

struct ToldFolder {
    RelPath folder;
    Telling upstream{};  // what its lists say there, as far as they were read
    Telling held{};      // and in the tree
    bool is_held = false;
};

// What it says of these images of it alone.
ToldFolder of_images(const ToldFolder& folder, const std::vector<RelPath>& images);

// Does it say more, or something else, than it did when it came?
bool is_news(const ToldFolder& folder);

// From which all that it says of has been copied, or nothing. For each name one of the sums is enough: lists
// of several kinds may be of several folders. Folders that are no versions of it do not count.
std::vector<RelPath> copied_from(const ToldFolder& folder, const std::vector<const ToldFolder*>& others);

// Why such a folder is left out; of many originals the first is named.
std::string is_copy_of(const std::vector<RelPath>& originals);

// Images of other folders that may be the same as one of these, for they have its name and are versions of
// it.
std::vector<RelPath> twins_of(const std::vector<RelPath>& images, const std::vector<RelPath>& all);

}  // namespace mirrorseed::sync::images
