// By which a tree's pages tell that it can be followed: the field Link, with a relation of our own.
#pragma once

#include "core/rel_path.hpp"

#include <algorithm>
#include <string>

namespace mirrorseed::httpd {

inline constexpr const char* head_relation = "urn:mirrorseed:head";

// Of the folder at that path of the tree. Relative, so that it leads to the head behind a proxy too that
// shows all of this below a prefix.
inline std::string link_to_head(const std::string& tree, const RelPath& folder) {
    const auto& path = folder.str();
    const auto below_tree = folder.is_root() ? 0 : 1 + std::count(path.begin(), path.end(), '/');
    std::string up = "../";
    for (auto level = below_tree; level > 0; --level)
        up += "../";
    return "<" + up + "-/trees/" + tree + "/head>; rel=\"" + head_relation + "\"";
}

}  // namespace mirrorseed::httpd
