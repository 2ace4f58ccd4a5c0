// Times and sizes as index pages write them.
//
// Every kind of server has its own form, and many are set to another one. Which
// time zone a page means nobody says, unless it says so itself; and a size is
// exact only where it is a plain number.
#pragma once

#include "core/clock.hpp"
#include "core/units.hpp"
#include "sync/sureness.hpp"

#include <optional>
#include <string_view>

namespace mirrorseed::sync {

struct ListedTime {
    FileTime time{};      // as if it were UTC
    unsigned step = 1;    // seconds: 60 where the page tells no seconds
    bool is_utc = false;  // the page says that it is

    Sure sureness() const noexcept { return is_utc && step == 1 ? Sure::exact : Sure::rough; }
    bool operator==(const ListedTime&) const = default;
};

struct ListedSize {
    Bytes size = 0;
    bool is_exact = false;

    Sure sureness() const noexcept { return is_exact ? Sure::exact : Sure::rough; }
    bool operator==(const ListedSize&) const = default;
};

// "21-Nov-2026 14:44", "2026-11-21 14:44:15", "2026-Nov-21 14:44", "2026-11-21T14:44:15.123Z", at the
// beginning of `text`, which is then what comes behind it.
std::optional<ListedTime> take_listed_time(std::string_view& text);

// "1234", "12K", "1.2M", "1.1 MiB", "512 B"; the whole of `text`. Units are powers of 1024.
std::optional<ListedSize> parse_listed_size(std::string_view text);

}  // namespace mirrorseed::sync
