#include "app/config/schedule.hpp"

#include "core/text.hpp"
#include "core/units.hpp"
#include "core/whole_number.hpp"

#include <fmt/format.h>

#include <array>
#include <span>
#include <vector>

namespace mirrorseed::app {
namespace {

constexpr std::array<std::string_view, 12> month_names{"jan", "feb", "mar", "apr", "may", "jun",
                                                       "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> weekday_names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

// What one field of a cron line may hold. 7 is Sunday too, so weekdays are read up to 7.
struct Field {
    std::string_view what;
    unsigned low, high;
    std::span<const std::string_view> names;  // of low, low + 1, ...
};
constexpr std::array fields{
    Field{"minute", 0, 59, {}},
    Field{"hour", 0, 23, {}},
    Field{"day", 1, 31, {}},
    Field{"month", 1, 12, month_names},
    Field{"weekday", 0, 7, weekday_names},
};

using Marks = std::bitset<60>;

std::optional<unsigned> parse_point(std::string_view text, const Field& field) {
    const auto name = lowered(text);
    for (unsigned i = 0; i < field.names.size(); ++i)
        if (field.names[i] == name) return field.low + i;
    const auto value = whole_number<unsigned>(text);
    if (!value || *value < field.low || *value > field.high) return std::nullopt;
    return value;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find(separator, begin), text.size());
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

std::vector<std::string_view> split_words(std::string_view text) {
    std::vector<std::string_view> words;
    for (auto rest = trimmed(text); !rest.empty();) {
        const auto end = std::min(rest.find_first_of(" \t"), rest.size());
        words.push_back(rest.substr(0, end));
        rest = trimmed(rest.substr(end));
    }
    return words;
}

// One item of a list: "*", "5", "1-5", each with an optional "/step". "5/2" runs on to the field's end.
bool mark_item(std::string_view item, const Field& field, Marks& marks) {
    const auto slash = item.find('/');
    const auto range = item.substr(0, slash);
    unsigned step = 1;
    if (slash != std::string_view::npos) {
        const auto value = whole_number<unsigned>(item.substr(slash + 1));
        if (!value || *value == 0 || *value > 60) return false;
        step = *value;
    }
    auto low = field.low;
    auto high = field.what == "weekday" ? 6 : field.high;
    if (range != "*") {
        const auto dash = range.find('-');
        const auto first = parse_point(range.substr(0, dash), field);
        const auto last = dash == std::string_view::npos ? first : parse_point(range.substr(dash + 1), field);
        if (!first || !last || *last < *first) return false;
        low = *first;
        if (dash != std::string_view::npos || slash == std::string_view::npos) high = *last;
    }
    for (auto value = low; value <= high; value += step)
        marks.set(value);
    return true;
}

Result<Marks> parse_field(std::string_view text, const Field& field) {
    Marks marks;
    for (const auto item : split(text, ','))
        if (!mark_item(item, field, marks))
            return Error(Fault::bad_input, fmt::format("\"{}\" is no {} of a cron schedule",
                                                       escape_text(text.substr(0, 80)), field.what));
    return marks;
}

template <std::size_t size>
std::bitset<size> narrow(const Marks& marks) {
    return std::bitset<size>(marks.to_ullong() & ((std::uint64_t{1} << size) - 1));
}

bool names_day(const Cron& cron, std::chrono::sys_days day) {
    const std::chrono::year_month_day date(day);
    if (!cron.months[static_cast<unsigned>(date.month())]) return false;
    const bool by_day = cron.days[static_cast<unsigned>(date.day())];
    const bool by_weekday = cron.weekdays[std::chrono::weekday(day).c_encoding()];
    return cron.either_day ? by_day || by_weekday : by_day && by_weekday;
}

std::optional<UnixTime> first_minute(const Cron& cron, std::int64_t from) {
    for (auto minute = from; minute < 24 * 60; ++minute)
        if (cron.hours[static_cast<std::size_t>(minute / 60)] &&
            cron.minutes[static_cast<std::size_t>(minute % 60)])
            return minute;
    return std::nullopt;
}

// 29 February on a given weekday can be 40 years away, when a century without a leap day lies between.
constexpr int farthest_day = 41 * 366;

std::optional<UnixTime> next_cron(const Cron& cron, UnixTime after) {
    const auto minute =
        std::chrono::floor<std::chrono::minutes>(std::chrono::sys_seconds(std::chrono::seconds(after))) +
        std::chrono::minutes(1);
    auto day = std::chrono::floor<std::chrono::days>(minute);
    auto from = (minute - day).count();
    for (int i = 0; i < farthest_day; ++i, day += std::chrono::days(1), from = 0) {
        if (!names_day(cron, day)) continue;
        if (const auto found = first_minute(cron, from))
            return std::chrono::sys_seconds(day).time_since_epoch().count() + *found * 60;
    }
    return std::nullopt;
}

Result<Schedule> parse_cron(std::span<const std::string_view> words) {
    std::array<Marks, 5> marks;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        auto field = parse_field(words[i], fields[i]);
        if (!field) return field.error();
        marks[i] = *field;
    }
    if (marks[4][7]) marks[4].set(0);
    Cron cron{marks[0],
              narrow<24>(marks[1]),
              narrow<32>(marks[2]),
              narrow<13>(marks[3]),
              narrow<7>(marks[4]),
              !words[2].starts_with('*') && !words[4].starts_with('*'),
              fmt::format("{}", fmt::join(words, " "))};
    if (!next_cron(cron, 0))
        return Error(Fault::bad_input, fmt::format("\"{}\" names a time that never comes", cron.text));
    return Schedule(std::move(cron));
}

}  // namespace

Result<Schedule> parse_schedule(std::string_view text) {
    const auto words = split_words(text);
    if (words.size() == 1 && words[0] == "manual") return Schedule(Manual{});
    if (words.size() >= 2 && words[0] == "every") {
        const auto interval = parse_duration(trimmed(trimmed(text).substr(5)));
        if (!interval) return interval.error();
        if (*interval < std::chrono::seconds(1))
            return Error(Fault::bad_input, "an interval must be at least one second");
        return Schedule(Every{*interval});
    }
    if (words.size() == fields.size()) return parse_cron(words);
    return Error(
        Fault::bad_input,
        fmt::format("\"{}\" is no schedule; write it like \"every 6h\", \"17 */6 * * *\" or \"manual\"",
                    escape_text(text.substr(0, 80))));
}

std::string show_schedule(const Schedule& schedule) {
    if (const auto* every = std::get_if<Every>(&schedule)) return "every " + exact_duration(every->interval);
    if (const auto* cron = std::get_if<Cron>(&schedule)) return cron->text;
    return "manual";
}

std::optional<UnixTime> next_time(const Schedule& schedule, UnixTime after) {
    if (const auto* every = std::get_if<Every>(&schedule)) return after + every->interval.count();
    if (const auto* cron = std::get_if<Cron>(&schedule)) return next_cron(*cron, after);
    return std::nullopt;
}

}  // namespace mirrorseed::app
