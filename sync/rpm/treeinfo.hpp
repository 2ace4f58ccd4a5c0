// The images of an installer, as a repository's .treeinfo tells them. Pure.
#pragma once

#include "core/checksum.hpp"
#include "core/rel_path.hpp"
#include "core/result.hpp"

#include <string_view>
#include <vector>

namespace mirrorseed::sync::rpm {

struct Treeinfo {
    struct Image {
        RelPath path;  // within the repository
        Checksum sum{};
    };
    std::vector<Image> images{};         // by path
    std::vector<RelPath> without_sum{};  // that it names, and tells no sum of
};

// Refuses what is no list of keys and values in sections, a sum that is none, a path outside, and two sums of
// one file. What it tells of repodata/ is passed over: repomd.xml says that better.
Result<Treeinfo> parse_treeinfo(std::string_view text);

}  // namespace mirrorseed::sync::rpm
