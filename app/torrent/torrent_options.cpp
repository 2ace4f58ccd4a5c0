#include "app/torrent/torrent_options.hpp"

#include "core/text.hpp"
#include "core/whole_number.hpp"

#include <algorithm>

namespace mirrorseed::app {
namespace {

std::optional<UnixTime> seconds_in(std::string_view text) {
    const auto seconds = whole_number<UnixTime>(text);
    return seconds && *seconds >= 0 ? seconds : std::nullopt;
}

}  // namespace

Result<WantedDate> wanted_date(const std::optional<std::string>& said, const char* epoch, UnixTime now) {
    using Kind = WantedDate::Kind;
    if (said == "none") return WantedDate{};
    if (said == "file") return WantedDate{.kind = Kind::of_files};
    if (said == "now") return WantedDate{.kind = Kind::given, .time = now};
    if (said) return WantedDate{.kind = Kind::given, .time = seconds_in(*said).value_or(0)};
    if (epoch == nullptr || *epoch == '\0') return WantedDate{.kind = Kind::given, .time = now};
    const auto seconds = seconds_in(epoch);
    if (!seconds)
        return Error(Fault::bad_input,
                     "SOURCE_DATE_EPOCH=" + escape_text(epoch) + " is no number of seconds since 1970");
    return WantedDate{.kind = Kind::given, .time = *seconds};
}

}  // namespace mirrorseed::app
