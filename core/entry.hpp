// One name in a tree, and what is known of it.
#pragma once

#include "core/clock.hpp"
#include "core/digest.hpp"
#include "core/rel_path.hpp"
#include "core/units.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mirrorseed {

enum class EntryKind : std::uint8_t { file = 0, folder = 1, link = 2 };

std::string_view kind_name(EntryKind kind) noexcept;  // "file", "directory", "symlink"

struct Entry {
    EntryKind kind = EntryKind::file;
    std::uint32_t mode = 0644;  // permission bits alone
    // The upstream does not let everybody read it (its own mode, or that of a folder above): kept, and
    // neither served, listed nor described.
    bool hidden = false;
    Bytes size = 0;  // of a file
    FileTime mtime{};
    std::optional<Digest> digest{};  // of a file; a listing may not know it, and a withdrawn content has none
    std::string target{};            // of a link, as the upstream spells it

    bool operator==(const Entry&) const = default;
};

struct NamedEntry {
    std::string name;
    Entry entry;
    bool operator==(const NamedEntry&) const = default;
};

struct PathEntry {
    RelPath path;
    Entry entry;
    bool operator==(const PathEntry&) const = default;
};

// May everybody read a file, or enter and read a folder, of this mode?
bool readable_by_all(EntryKind kind, std::uint32_t mode) noexcept;

}  // namespace mirrorseed
