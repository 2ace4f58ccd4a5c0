// What several of the torrent commands read from their options.
#pragma once

#include "app/command_line/command_arguments.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"

#include <optional>
#include <string>

namespace mirrorseed::app {

// --date, and what stands for it when it is not given.
struct WantedDate {
    enum class Kind { none, given, of_files } kind = Kind::none;
    UnixTime time = 0;  // of Kind::given
    bool operator==(const WantedDate&) const = default;
};
// Refuses a SOURCE_DATE_EPOCH (`epoch`, may be null) that is no number of seconds.
Result<WantedDate> wanted_date(const std::optional<std::string>& said, const char* epoch, UnixTime now);

}  // namespace mirrorseed::app
