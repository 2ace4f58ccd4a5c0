// Reads some folders' pages once more, on several threads: which of them say otherwise than they were listed?
#pragma once

#include "sync/http/folder_saying.hpp"
#include "sync/http/http_site.hpp"
#include "sync/upstream.hpp"

#include <vector>

namespace mirrorseed::sync {

struct MovedWish {
    const HttpSite& site;
    const HttpUrl& root;        // where the tree is
    const FolderSayings& said;  // by each of the folders
    const Selection& selection;
};

// By path. A folder that is gone moved with all that was in it.
Result<std::vector<MovedFolder>> moved_folders(const MovedWish& wish, const std::vector<RelPath>& folders,
                                               Progress& progress);

}  // namespace mirrorseed::sync
