// What a folder's page said of each name, in few bytes: to see later what it says otherwise.
//
// Pure. A page that rounds sizes and times cannot tell that a file changed while it was fetched, and a tree
// that changes meanwhile must not be published as a mix of the old and the new.
#pragma once

#include "core/glob.hpp"
#include "sync/http/page_memory.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace mirrorseed::sync {

using FolderSaying = std::vector<std::uint64_t>;  // a hash of each wanted name and what is told of it, sorted
using FolderSayings = std::unordered_map<RelPath, FolderSaying>;

FolderSaying saying_of(const FolderMemory& page, const Selection& selection, const RelPath& folder);

// Names that are told of as they were. All of them, and no other, where nothing moved.
struct SaidAgain {
    std::vector<std::string> same{};  // ascending
    bool is_all = false;
};
SaidAgain said_again(const FolderSaying& before, const FolderMemory& page, const Selection& selection,
                     const RelPath& folder);

}  // namespace mirrorseed::sync
