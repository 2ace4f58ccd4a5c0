// What listings are made of.
#pragma once

#include "core/clock.hpp"
#include "core/digest.hpp"
#include "core/entry.hpp"
#include "core/units.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::httpd {

struct ListedItem {
    std::string name;
    EntryKind kind = EntryKind::file;
    Bytes size = 0;
    UnixTime modified = 0;
    std::optional<Digest> digest{};
    std::string target{};  // of a link; empty where that is not told
};

struct ListedTree {
    std::string name;
    std::uint64_t generation = 0;
    UnixTime published = 0;
    std::uint64_t files = 0;
    Bytes bytes = 0;
};

}  // namespace mirrorseed::httpd
