// Which files point at others, so that a checkout shows them after what they point at.
#pragma once

#include "core/rel_path.hpp"

namespace mirrorseed::sync {

// Higher ranks are shown later and taken away earlier.
enum class IndexRank {
    content,   // packages, images
    index,     // lists that a root names: Packages, Sources, primary.xml, checksum files
    root,      // what clients read first: Release, repomd.xml, a package database
    freshness  // what tells a tree's age: lastupdate, trace files
};

IndexRank index_rank(const RelPath& path);

// An index under the name of its own sum (by-hash/, or in repodata/): it goes whenever what it tells changes.
bool is_index_by_sum(const RelPath& path);

}  // namespace mirrorseed::sync
