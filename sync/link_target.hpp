// Where symbolic links lead, and whether that is inside their tree.
#pragma once

#include "core/rel_path.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mirrorseed::sync {

// The target of the link at a path, or nothing when there is no link.
using LinkAt = std::function<const std::string*(std::string_view path)>;

struct LinkEnd {
    bool leaves = false;
    std::optional<std::string> path{};  // nothing when it leaves, or leads in circles; "" is the root
};

// Walks from the link as a kernel would, through other links of the tree too: "l/../.." may leave it although
// its spelling does not, when l points upwards. Names that do not exist are taken for folders.
LinkEnd end_of_link(const RelPath& link, std::string_view target, const LinkAt& link_at);

// A link that leads in circles stays inside: whoever follows it gets an error and nothing else.
bool leaves_tree(const RelPath& link, std::string_view target, const LinkAt& link_at);

}  // namespace mirrorseed::sync
