// One name of an index page, and what the page says of it.
#pragma once

#include "core/clock.hpp"
#include "core/digest.hpp"
#include "core/units.hpp"
#include "sync/sureness.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace mirrorseed::sync {

enum class IndexKind : std::uint8_t {
    file,
    folder,
    link,   // told with its target, by our own listings alone
    other,  // a device or the like, or a link to nothing
};

struct IndexItem {
    std::string name;
    IndexKind kind = IndexKind::file;
    Sureness sureness = Sureness::none;
    Bytes size = 0;
    FileTime mtime{};   // as if it were UTC, unless it is exact
    unsigned step = 1;  // seconds; 60 where the page tells no seconds
    std::optional<Digest> digest{};
    std::string target{};  // of a link

    bool operator==(const IndexItem&) const = default;
};

}  // namespace mirrorseed::sync
