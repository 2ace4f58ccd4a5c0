#include "sync/run/markers.hpp"

#include "core/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <vector>

namespace mirrorseed::sync {
namespace {

using namespace std::chrono;

constexpr std::string_view in_progress = "Archive-Update-in-Progress-";
constexpr std::string_view required = "Archive-Update-Required-";
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::size_t longest_trace = 64 << 10;
constexpr std::size_t longest_serial = 40;

// ---- times

std::optional<int> number(std::string_view digits) {
    int value = 0;
    const auto end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, value);
    if (digits.empty() || digits.front() == '-' || parsed.ec != std::errc() || parsed.ptr != end) return {};
    return value;
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const auto word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        if (!word.empty()) words.push_back(word);
    }
    return words;
}

std::optional<seconds> time_of_day(std::string_view text) {
    if (text.size() != 8 || text[2] != ':' || text[5] != ':') return {};
    const auto h = number(text.substr(0, 2)), m = number(text.substr(3, 2)), s = number(text.substr(6));
    if (!h || !m || !s || *h > 23 || *m > 59 || *s > 59) return {};
    return hours(*h) + minutes(*m) + seconds(*s);
}

std::optional<UnixTime> time_from(std::string_view year_text, std::string_view month_text,
                                  std::string_view day_text, std::string_view clock_text) {
    const auto month_found = std::find(months.begin(), months.end(), month_text);
    const auto y = number(year_text), d = number(day_text);
    const auto clock = time_of_day(clock_text);
    if (month_found == months.end() || !y || !d || !clock || *y < 1970 || *y > 9999) return {};
    const auto m = static_cast<unsigned>(month_found - months.begin()) + 1;
    const year_month_day date{year(*y), month(m), day(static_cast<unsigned>(*d))};
    if (!date.ok()) return {};
    return (sys_days(date).time_since_epoch() + *clock) / seconds(1);
}

bool is_utc(std::string_view zone) {
    return zone == "UTC" || zone == "GMT" || zone == "+0000" || zone == "-0000";
}

// "Sat Nov 21 14:27:55 UTC 2026", as date -u prints it
std::optional<UnixTime> parse_date_line(std::string_view line) {
    const auto words = words_of(line);
    if (words.size() != 6 || !is_utc(words[4])) return {};
    return time_from(words[5], words[1], words[2], words[3]);
}

// "Sat, 21 Nov 2026 14:27:55 +0000"
std::optional<UnixTime> parse_mail_date(std::string_view text) {
    const auto words = words_of(text);
    if (words.size() != 6 || !is_utc(words[5])) return {};
    return time_from(words[3], words[2], words[1], words[4]);
}

struct Broken {
    std::string_view weekday, month;
    unsigned day;
    int year;
    long hour, minute, second;
};

Broken broken_down(UnixTime time) {
    const sys_seconds at{seconds(time)};
    const auto midnight = floor<days>(at);
    const year_month_day date(midnight);
    const hh_mm_ss clock(at - midnight);
    return {weekdays[weekday(midnight).c_encoding()],
            months[static_cast<unsigned>(date.month()) - 1],
            static_cast<unsigned>(date.day()),
            static_cast<int>(date.year()),
            clock.hours().count(),
            clock.minutes().count(),
            clock.seconds().count()};
}

std::string date_line(UnixTime time) {
    const auto at = broken_down(time);
    return fmt::format("{} {} {:2} {:02}:{:02}:{:02} UTC {}", at.weekday, at.month, at.day, at.hour,
                       at.minute, at.second, at.year);
}

std::string mail_date(UnixTime time) {
    const auto at = broken_down(time);
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000", at.weekday, at.day, at.month, at.year,
                       at.hour, at.minute, at.second);
}

std::string_view take_line(std::string_view& text) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    return line;
}

// ---- serials

std::string serial_from(std::string_view text) {
    text = trimmed(text);
    const bool is_number = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!is_number || text.size() > longest_serial) return {};
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
    return std::string(text);
}

bool is_less(const std::string& serial, const std::string& other) {
    return serial.size() != other.size() ? serial.size() < other.size() : serial < other;
}

std::string older(const std::string& what, const std::string& now, const std::string& current) {
    return "the upstream went back in time: " + what + " says " + now + ", and the tree has " + current;
}

std::string older_trace(const RelPath& path, const Trace& current, const Trace& now) {
    const auto name = escape_text(path.str());
    if (!current.serial.empty() && !now.serial.empty() && current.serial != now.serial)
        return is_less(now.serial, current.serial) ? older(name, "serial " + now.serial, current.serial) : "";
    if (current.date && now.date && *now.date < *current.date)
        return older(name, date_line(*now.date), date_line(*current.date));
    return {};
}

}  // namespace

Marker marker_of(const RelPath& path) {
    const std::string_view whole = path.str();
    if (whole == "lastupdate") return Marker::last_update;
    if (whole == "lastsync") return Marker::last_sync;
    const bool at_root = whole.find('/') == std::string_view::npos;
    if (at_root && whole.starts_with(in_progress)) return Marker::update_in_progress;
    if (at_root && whole.starts_with(required)) return Marker::update_required;
    const auto folder = path.parent();
    if (folder.str() == "project/trace" || folder.str().ends_with("/project/trace")) return Marker::trace;
    return Marker::none;
}

std::string_view marker_host(const RelPath& path) {
    switch (marker_of(path)) {
        case Marker::update_in_progress:
            return path.name().substr(in_progress.size());
        case Marker::update_required:
            return path.name().substr(required.size());
        case Marker::trace:
            return path.name();
        default:
            return {};
    }
}

bool is_never_mirrored(const RelPath& path) {
    const auto marker = marker_of(path);
    return marker == Marker::update_in_progress || marker == Marker::update_required;
}

Result<UnixTime> parse_epoch(std::string_view text) {
    const auto digits = trimmed(text);
    UnixTime value = 0;
    const auto end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, value);
    const bool good =
        !digits.empty() && digits.size() <= 12 && parsed.ec == std::errc() && parsed.ptr == end && value >= 0;
    if (!good)
        return Error(Fault::bad_input, "\"" + escape_text(digits.substr(0, 40)) + "\" is no time in seconds");
    return value;
}

Result<Trace> parse_trace(std::string_view text) {
    text = text.substr(0, longest_trace);
    Trace trace;
    for (bool first = true; !text.empty(); first = false) {
        const auto line = trimmed(take_line(text));
        if (first) trace.date = parse_date_line(line);
        const auto colon = line.find(':');
        const auto name = line.substr(0, colon);
        if (colon == std::string_view::npos) continue;
        if (name == "Archive serial" && trace.serial.empty())
            trace.serial = serial_from(line.substr(colon + 1));
        if (name == "Date" && !trace.date) trace.date = parse_mail_date(line.substr(colon + 1));
    }
    if (!trace.date && trace.serial.empty())
        return Error(Fault::bad_input, "the trace file has neither a date nor a serial");
    return trace;
}

void Freshness::take(const RelPath& path, std::string_view content) {
    switch (marker_of(path)) {
        case Marker::last_update:
            if (const auto time = parse_epoch(content)) last_update = *time;
            return;
        case Marker::trace:
            if (auto trace = parse_trace(content)) traces[path] = std::move(*trace);
            return;
        default:
            return;
    }
}

std::string Freshness::serial() const {
    std::string newest;
    for (const auto& [path, trace] : traces)
        if (is_less(newest, trace.serial)) newest = trace.serial;
    return newest;
}

std::string went_backwards(const Freshness& current, const Freshness& now) {
    if (current.last_update && now.last_update && *now.last_update < *current.last_update)
        return older("lastupdate", date_line(*now.last_update), date_line(*current.last_update));
    for (const auto& [path, trace] : current.traces) {
        const auto same = now.traces.find(path);
        if (same == now.traces.end()) continue;
        if (auto reason = older_trace(path, trace, same->second); !reason.empty()) return reason;
    }
    return {};
}

std::string text_of(const OurTrace& trace) {
    const auto took = std::max<UnixTime>(trace.ended - trace.started, 1);
    auto text = date_line(trace.ended) + "\nDate: " + mail_date(trace.ended) +
                "\nDate-Started: " + mail_date(trace.started) + "\n";
    if (!trace.serial.empty()) text += "Archive serial: " + trace.serial + "\n";
    text += "Creator: mirrorseed " MIRRORSEED_VERSION "\nRunning on host: " + trace.host + "\n";
    if (!trace.upstream_host.empty()) text += "Upstream-mirror: " + trace.upstream_host + "\n";
    text += fmt::format("Total bytes received: {}\nTotal time spent: {}\nAverage rate: {} B/s\n",
                        trace.received, took, trace.received / static_cast<Bytes>(took));
    return text;
}

}  // namespace mirrorseed::sync
