#include "core/clock.hpp"

#include <ctime>

namespace mirrorseed {

Clock system_clock() {
    return [] { return static_cast<UnixTime>(std::time(nullptr)); };
}

std::string format_iso_time(UnixTime time) {
    const std::time_t value = time;
    std::tm parts{};
    gmtime_r(&value, &parts);
    char text[64];
    const auto length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text, length};
}

}  // namespace mirrorseed
