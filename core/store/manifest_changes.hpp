// What became of one generation's public lines until another, as one node tells it to the next at
// /-/trees/TREE/changes: manifest lines in raw path order, each with an "op" before it.
//
// {"op":"put","path":"a","type":"file",...}
// {"op":"drop","path":"b"}
//
// Made of the differences that are kept beside the manifests, so nothing is read of what stayed the same.
#pragma once

#include "core/result.hpp"
#include "core/store/manifest_parts.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed {

// One after the other, from the first generation to the second; nothing where there is no such chain.
std::optional<std::vector<ManifestPair>> chain_of_pairs(const ManifestFiles& files, Generation since,
                                                        Generation upto);

// Nothing where the differences are kept no more, or more than `most` names changed: whoever asks is better
// served by the manifest.
Result<std::optional<std::string>> changes_between(const Folder& manifests, Generation since, Generation upto,
                                                   std::size_t most);

struct ChangeLine {
    std::string path;    // decoded
    std::string line{};  // as in the manifest; empty: it is dropped
};
// Comes from other nodes, so the parser trusts nothing; what the manifest line says is not looked at.
Result<ChangeLine> parse_change_line(std::string_view line);

}  // namespace mirrorseed
