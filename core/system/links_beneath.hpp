// Files behind symbolic links that stay beneath a folder (RESOLVE_BENEATH); one that leads out is refused by
// the kernel, whatever a race puts there.
#pragma once

#include "core/system/folder.hpp"

namespace mirrorseed {

// To read; what is behind is a plain file.
Result<Descriptor> open_through_links(const Folder& folder, const RelPath& path);

// Where a file that was opened beneath the folder really is.
Result<RelPath> place_beneath(const Folder& folder, const Descriptor& file);

}  // namespace mirrorseed
