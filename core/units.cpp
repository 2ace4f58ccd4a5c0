#include "core/units.hpp"

#include "core/text.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace mirrorseed {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

constexpr std::uint64_t kib = 1024;
constexpr std::array size_units{
    Unit{"", 1},
    Unit{"B", 1},
    Unit{"KiB", kib},
    Unit{"MiB", kib* kib},
    Unit{"GiB", kib* kib* kib},
    Unit{"TiB", kib* kib* kib* kib},
    Unit{"kB", 1000},
    Unit{"KB", 1000},
    Unit{"MB", 1000'000},
    Unit{"GB", 1000'000'000},
    Unit{"TB", 1000'000'000'000},
};
constexpr std::array time_units{
    Unit{"s", 1}, Unit{"m", 60}, Unit{"h", 3600}, Unit{"d", 86400}, Unit{"w", 7 * 86400},
};

std::optional<std::uint64_t> factor_of(std::string_view name, std::span<const Unit> units) {
    for (const auto& unit : units)
        if (unit.name == name) return unit.factor;
    return std::nullopt;
}

// Takes a decimal number off the front of `text`; digits with at most one point.
std::optional<double> take_number(std::string_view& text) {
    const auto end = std::min(text.find_first_not_of("0123456789."), text.size());
    double value = 0;
    const auto [stop, error] =
        std::from_chars(text.data(), text.data() + end, value, std::chars_format::fixed);
    if (error != std::errc() || stop != text.data() + end) return std::nullopt;
    text = text.substr(end);
    return value;
}

Error bad(std::string_view what, std::string_view text, std::string_view like) {
    return {Fault::bad_input,
            fmt::format("\"{}\" is no {}; write it like {}", escape_text(text.substr(0, 80)), what, like)};
}

std::string scaled(double value, std::string_view last) {
    constexpr std::array prefixes{"", "Ki", "Mi", "Gi", "Ti", "Pi"};
    std::size_t step = 0;
    while (value >= 1024 && step + 1 < prefixes.size()) {
        value /= 1024;
        ++step;
    }
    if (step == 0) return fmt::format("{:.0f} {}", value, last);
    return fmt::format("{:.{}f} {}{}", value, value < 10 ? 1 : 0, prefixes[step], last);
}

}  // namespace

Result<Bytes> parse_size(std::string_view text) {
    auto rest = trimmed(text);
    const bool whole = rest.find('.') == std::string_view::npos;
    std::uint64_t exact = 0;
    const auto digits = std::from_chars(rest.data(), rest.data() + rest.size(), exact);
    const auto number = take_number(rest);
    const auto factor = factor_of(trimmed(rest), size_units);
    const auto error = bad("size", text, "\"5 GiB\", \"64KiB\" or \"4096\"");
    if (!number || !factor || digits.ec != std::errc()) return error;
    constexpr auto most = std::uint64_t{1} << 62;
    if (*number * static_cast<double>(*factor) > static_cast<double>(most)) return error;
    return whole ? exact * *factor : static_cast<Bytes>(std::llround(*number * static_cast<double>(*factor)));
}

Result<Rate> parse_rate(std::string_view text) {
    auto size = trimmed(text);
    const bool per_second = size.ends_with("/s");
    if (per_second) size.remove_suffix(2);
    const auto bytes = parse_size(size);
    if (!bytes || (!per_second && *bytes != 0))
        return bad("rate", text, "\"50 MB/s\", or \"0\" for no limit");
    return Rate{*bytes};
}

Result<std::chrono::seconds> parse_duration(std::string_view text) {
    auto rest = trimmed(text);
    const auto error = bad("time", text, "\"36h\", \"5m\" or \"30s\"");
    if (rest == "0") return std::chrono::seconds(0);
    if (rest.empty()) return error;
    double total = 0;
    while (!rest.empty()) {
        const auto number = take_number(rest);
        rest = trimmed(rest);
        const auto factor = rest.empty() ? std::nullopt : factor_of(rest.substr(0, 1), time_units);
        if (!number || !factor) return error;
        total += *number * static_cast<double>(*factor);
        rest = trimmed(rest.substr(1));
    }
    if (total > 1e11) return error;
    return std::chrono::seconds(std::llround(total));
}

std::string format_size(Bytes bytes) {
    return scaled(static_cast<double>(bytes), "B");
}

std::string format_rate(Rate rate) {
    return rate.unlimited() ? "unlimited" : scaled(static_cast<double>(rate.bytes_per_second), "B/s");
}

std::string format_duration(std::chrono::seconds time) {
    const auto all = time.count();
    if (all < 60) return fmt::format("{}s", all);
    if (all < 3600) return fmt::format("{}m {:02}s", all / 60, all % 60);
    if (all < 86400) return fmt::format("{}h {:02}m", all / 3600, all / 60 % 60);
    return fmt::format("{}d {:02}h", all / 86400, all / 3600 % 24);
}

std::string exact_size(Bytes bytes) {
    constexpr std::array names{"GiB", "MiB", "KiB"};
    auto factor = kib * kib * kib;
    for (const auto name : names) {
        if (bytes >= factor && bytes % factor == 0) return fmt::format("{} {}", bytes / factor, name);
        factor /= kib;
    }
    return bytes == 0 ? "0" : fmt::format("{} B", bytes);
}

std::string exact_rate(Rate rate) {
    return rate.unlimited() ? "0" : exact_size(rate.bytes_per_second) + "/s";
}

std::string exact_duration(std::chrono::seconds time) {
    for (const auto& unit : {time_units[3], time_units[2], time_units[1]}) {
        const auto factor = static_cast<std::int64_t>(unit.factor);
        if (time.count() != factor && time.count() >= factor && time.count() % factor == 0 &&
            (unit.name != "d" || time.count() > 2 * factor))
            return fmt::format("{}{}", time.count() / factor, unit.name);
    }
    return fmt::format("{}s", time.count());
}

}  // namespace mirrorseed
