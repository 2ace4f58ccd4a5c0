// Is a folder a copy of another? Pure.
//
// A list tells by its signature what images are, and not in which folder it lies. So whoever serves a good
// folder a second time under a higher number could have it count as the newest version, and push out what is
// newer. A folder whose lists tell nothing that those of another do not is no version of its own: the other
// stays, be it the one that the tree has, or the one of the lower number.
#pragma once

#include "core/rel_path.hpp"
#include "sync/checksums/checksum_sets.hpp"

#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace mirrorseed::sync::images {

// Of files, by their names from the folder.
using Telling = std::set<std::pair<std::string, Checksum>>;

void add_telling(const RelPath& folder, const std::vector<ListedChecksum>& files, Telling& to);
// Of lists that are signed, where one is; else of all.
Telling telling_of(const RelPath& folder, const std::vector<ReadSet>& lists);

struct ToldFolder {
    RelPath folder;
    Telling upstream{};  // what its lists say there, as far as they were read
    Telling held{};      // and in the tree
    bool is_held = false;
};

// Does it say more, or something else, than it did when it came?
bool is_news(const ToldFolder& folder);

// Of which it is a copy, the first. Folders that are no versions of it do not count.
std::optional<RelPath> copied_from(const ToldFolder& folder, const std::vector<const ToldFolder*>& others);

// Images of other folders that may be the same as one of these, for they have its name and are versions of
// it.
std::vector<RelPath> twins_of(const std::vector<RelPath>& images, const std::vector<RelPath>& all);

}  // namespace mirrorseed::sync::images
