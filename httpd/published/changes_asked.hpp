// What is asked for of a tree's changes: "since=5&lineage=0123...", and "upto=9" where a later generation
// than that may be published meanwhile.
#pragma once

#include "core/store/catalogue_trees.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mirrorseed::httpd {

struct ChangesAsked {
    Generation since = 0;
    std::string lineage{};
    std::optional<Generation> upto{};
    bool operator==(const ChangesAsked&) const = default;
};

// Nothing where it does not say what it must; other words are nobody's.
std::optional<ChangesAsked> parse_changes_query(std::string_view query);

}  // namespace mirrorseed::httpd
