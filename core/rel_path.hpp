// A place inside a mirrored tree, spelled the same in every room.
//
// sync gets names from upstreams, httpd from strangers, torrentgen from disk.
// All of them become RelPath first, so "can this name leave the tree?" is
// asked once, here, and nobody downstream has to ask again. This is about
// spelling; Folder (core/system/folder.hpp) opens files so that no symlink leads out.
//
// Invariants: parts are joined by '/'; no part is empty, "." or ".."; no NUL;
// no part is longer than 255 bytes and the whole is no longer than 4095.
// The default RelPath is the root of the tree.
#pragma once

#include "core/result.hpp"

#include <compare>
#include <string>
#include <string_view>
#include <utility>

namespace mirrorseed {

class RelPath {
public:
    RelPath() = default;

    // Refuses, and quotes, the first part that breaks an invariant.
    static Result<RelPath> parse(std::string_view text);

    // One part, as a directory entry or an upstream's listing names it.
    static Result<RelPath> parse_name(std::string_view name);

    const std::string& str() const noexcept { return text_; }
    bool is_root() const noexcept { return text_.empty(); }

    // The last part; empty for the root.
    std::string_view name() const noexcept;
    // The folder that holds it; the root's parent is the root.
    RelPath parent() const;
    // Both are valid, so the join is.
    RelPath operator/(const RelPath& below) const;
    // True for the folder itself and for everything in it.
    bool is_within(const RelPath& folder) const noexcept;

    auto operator<=>(const RelPath&) const = default;

private:
    explicit RelPath(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

}  // namespace mirrorseed

template <>
struct std::hash<mirrorseed::RelPath> {
    std::size_t operator()(const mirrorseed::RelPath& path) const noexcept {
        return std::hash<std::string>()(path.str());
    }
};
