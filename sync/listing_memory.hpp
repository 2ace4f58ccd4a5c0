// What an upstream's listings said before, and which contents that turned out to be.
//
// A folder's page tells of rounded sizes and of minutes, in whatever time zone, or of
// names alone. Once a file came, its exact size, time, digest and the upstream's mark
// of it (an ETag) are kept beside what the page said; while the page says the same,
// nobody need ask again. One row for a folder, so that a look-up of a tree costs as
// many as it has folders.
#pragma once

#include "core/entry.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::sync {

// A file whose listing was not exact, as it turned out to be.
struct Learned {
    RelPath path;
    Entry entry;  // with its digest
    std::string validator;
};

// Used by one thread at a time.
class ListingMemory {
public:
    virtual ~ListingMemory() = default;

    // What was kept of a folder's listing; empty when nothing was. Only who wrote it can read it.
    virtual std::string recall(const RelPath& folder) = 0;
    virtual void keep(const RelPath& folder, std::string_view remembered) = 0;
    // A listing came to its end, and these are all of its folders, in ascending order: what is kept of others
    // is of no more use.
    virtual void keep_only(const std::vector<RelPath>& folders) = 0;
    // Files that came, to be kept with what their folders' pages said. Called after each batch, within the
    // transaction that records it.
    virtual void learn(const std::vector<Learned>& files) = 0;
};

}  // namespace mirrorseed::sync
