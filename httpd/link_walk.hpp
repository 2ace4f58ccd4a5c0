// Symbolic links, followed step by step in our own code, never by the kernel.
//
// A path is walked part by part from the root of its tree; a link's target takes
// the link's place. At most 40 links are followed. An absolute target, or one that
// climbs above the root, leads nowhere, so the walk cannot leave the tree.
#pragma once

#include "core/entry.hpp"
#include "core/rel_path.hpp"

#include <functional>
#include <optional>
#include <string>

namespace mirrorseed::httpd {

// What stands at a place that the walk came by, without following it.
struct Stop {
    EntryKind kind = EntryKind::file;
    std::string target{};  // of a link
};
using LookAt = std::function<std::optional<Stop>(const RelPath&)>;

struct PathEnd {
    std::optional<RelPath> found{};  // a file or a folder that exists
    // Where nothing has the path's name: the place that the path leads to, as far as there is anything on the
    // way; from there on no link can lead it elsewhere. None where the name is that of a link which leads to
    // nothing.
    std::optional<RelPath> gap{};
};
// Where the path ends up.
PathEnd end_of_path(const RelPath& path, const LookAt& look);
// What of that exists.
std::optional<RelPath> follow_links(const RelPath& path, const LookAt& look);
// A link in that folder, which no link leads to, would lead out of the tree, by way of others too. One that
// leads to nothing stays inside.
bool leaves_tree(const RelPath& folder, const std::string& target, const LookAt& look);

}  // namespace mirrorseed::httpd
