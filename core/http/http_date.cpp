#include "core/http/http_date.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace mirrorseed {
namespace {

using std::chrono::sys_days;

constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 7> long_days{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr UnixTime day_length = 86400;
constexpr UnixTime earliest = -62167219200;  // 0000-01-01
constexpr UnixTime latest = 253402300799;    // 9999-12-31 23:59:59

struct Moment {
    int year = 0;
    unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

// Reads a fixed form from left to right; once something is missing, everything after it fails too.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    void expect(std::string_view word) {
        if (rest_.starts_with(word))
            rest_.remove_prefix(word.size());
        else
            failed_ = true;
    }

    unsigned digits(std::size_t count) {
        unsigned value = 0;
        for (; count > 0 && !failed_; --count) {
            failed_ = rest_.empty() || rest_[0] < '0' || rest_[0] > '9';
            if (failed_) break;
            value = value * 10 + static_cast<unsigned>(rest_[0] - '0');
            rest_.remove_prefix(1);
        }
        return value;
    }

    // The place of the word in the list.
    template <std::size_t size>
    unsigned one_of(const std::array<std::string_view, size>& words) {
        for (unsigned i = 0; i < size; ++i) {
            if (!rest_.starts_with(words[i])) continue;
            rest_.remove_prefix(words[i].size());
            return i;
        }
        failed_ = true;
        return 0;
    }

    // asctime pads with a space.
    unsigned padded_day() {
        if (!rest_.starts_with(' ')) return digits(2);
        rest_.remove_prefix(1);
        return digits(1);
    }

    void clock(Moment& moment) {
        moment.hour = digits(2);
        expect(":");
        moment.minute = digits(2);
        expect(":");
        moment.second = digits(2);
    }

    bool done() const { return !failed_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool failed_ = false;
};

std::optional<UnixTime> time_of(Moment moment) {
    const std::chrono::year_month_day date(std::chrono::year(moment.year), std::chrono::month(moment.month),
                                           std::chrono::day(moment.day));
    if (!date.ok() || moment.hour > 23 || moment.minute > 59 || moment.second > 60) return std::nullopt;
    const UnixTime midnight = sys_days(date).time_since_epoch().count() * day_length;
    return midnight + moment.hour * 3600 + moment.minute * 60 + std::min(moment.second, 59u);
}

std::optional<UnixTime> parse_fixdate(std::string_view text) {
    Reader reader(text);
    Moment moment;
    reader.one_of(days);
    reader.expect(", ");
    moment.day = reader.digits(2);
    reader.expect(" ");
    moment.month = reader.one_of(months) + 1;
    reader.expect(" ");
    moment.year = static_cast<int>(reader.digits(4));
    reader.expect(" ");
    reader.clock(moment);
    reader.expect(" GMT");
    return reader.done() ? time_of(moment) : std::nullopt;
}

int year_of(UnixTime time) {
    const std::chrono::year_month_day date(sys_days(std::chrono::days(time / day_length)));
    return static_cast<int>(date.year());
}

std::optional<UnixTime> parse_rfc850(std::string_view text, UnixTime now) {
    Reader reader(text);
    Moment moment;
    reader.one_of(long_days);
    reader.expect(", ");
    moment.day = reader.digits(2);
    reader.expect("-");
    moment.month = reader.one_of(months) + 1;
    reader.expect("-");
    const auto this_year = year_of(now);
    moment.year = this_year - this_year % 100 + static_cast<int>(reader.digits(2));
    if (moment.year > this_year + 50) moment.year -= 100;
    reader.expect(" ");
    reader.clock(moment);
    reader.expect(" GMT");
    return reader.done() ? time_of(moment) : std::nullopt;
}

std::optional<UnixTime> parse_asctime(std::string_view text) {
    Reader reader(text);
    Moment moment;
    reader.one_of(days);
    reader.expect(" ");
    moment.month = reader.one_of(months) + 1;
    reader.expect(" ");
    moment.day = reader.padded_day();
    reader.expect(" ");
    reader.clock(moment);
    reader.expect(" ");
    moment.year = static_cast<int>(reader.digits(4));
    return reader.done() ? time_of(moment) : std::nullopt;
}

}  // namespace

std::string format_http_date(UnixTime time) {
    const auto shown = std::clamp(time, earliest, latest);
    const auto day =
        std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(shown)));
    const std::chrono::year_month_day date(day);
    const auto second = shown - day.time_since_epoch().count() * day_length;
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                       days[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                       months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                       second / 3600, second / 60 % 60, second % 60);
}

std::optional<UnixTime> parse_http_date(std::string_view text, UnixTime now) {
    if (const auto time = parse_fixdate(text)) return time;
    if (const auto time = parse_rfc850(text, now)) return time;
    return parse_asctime(text);
}

}  // namespace mirrorseed
