// What a tree may be called: it becomes a folder, a part of URLs, and a line of what a node signs.
#pragma once

#include <string_view>

namespace mirrorseed {

// [a-z0-9][a-z0-9._+-]*, and no longer than 100 characters.
constexpr bool is_tree_name(std::string_view name) noexcept {
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789._+-";
    return !name.empty() && name.size() <= 100 && allowed.find(name.front()) < allowed.find('.') &&
           name.find_first_not_of(allowed) == name.npos;
}

}  // namespace mirrorseed
