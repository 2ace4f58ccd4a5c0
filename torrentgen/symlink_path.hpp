// Where a symbolic link in a torrent's folder ends, as BEP 47 writes it: from the folder, part by part.
#pragma once

#include "core/rel_path.hpp"
#include "core/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::torrentgen {

// An error for a target that is absolute, or leaves the folder, or is the folder itself.
Result<std::vector<std::string>> symlink_path(const RelPath& link, std::string_view target);

}  // namespace mirrorseed::torrentgen
