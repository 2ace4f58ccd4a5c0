#include "sync/http/index_text.hpp"

#include "core/http/http_text.hpp"
#include "core/whole_number.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>

namespace mirrorseed::sync {
namespace {

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Reads from left to right; once something is missing, everything after it fails too.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    bool sees(std::size_t digits, char then) const {
        return rest_.size() > digits && rest_[digits] == then &&
               std::all_of(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(digits), is_digit);
    }
    bool take(char c) {
        if (failed_ || !rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void expect(char c) { failed_ = !take(c); }
    unsigned digits(std::size_t count) {
        unsigned value = 0;
        for (; count > 0; --count) {
            failed_ = failed_ || rest_.empty() || !is_digit(rest_[0]);
            if (failed_) return 0;
            value = value * 10 + static_cast<unsigned>(rest_[0] - '0');
            rest_.remove_prefix(1);
        }
        return value;
    }
    unsigned month() {
        if (!rest_.empty() && is_digit(rest_[0])) return digits(2);
        for (unsigned i = 0; i < months.size() && !failed_; ++i) {
            if (!rest_.starts_with(months[i])) continue;
            rest_.remove_prefix(3);
            return i + 1;
        }
        failed_ = true;
        return 0;
    }
    // Of a second, behind its dot; what is finer than a nanosecond is let go.
    long fraction() {
        long nanoseconds = 0, worth = 100'000'000;
        failed_ = failed_ || rest_.empty() || !is_digit(rest_[0]);
        for (; !failed_ && !rest_.empty() && is_digit(rest_[0]); worth /= 10, rest_.remove_prefix(1))
            nanoseconds += (rest_[0] - '0') * worth;
        return nanoseconds;
    }
    bool take_utc() {
        for (const std::string_view mark : {"Z", "+00:00", " +00:00", " UTC", " GMT"}) {
            if (failed_ || !rest_.starts_with(mark)) continue;
            rest_.remove_prefix(mark.size());
            return true;
        }
        return false;
    }
    bool failed() const { return failed_; }
    std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
    bool failed_ = false;
};

struct Moment {
    unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    long nanosecond = 0;
};

std::optional<FileTime> time_of(const Moment& moment) {
    using namespace std::chrono;
    const year_month_day date(year(static_cast<int>(moment.year)), month(moment.month), day(moment.day));
    if (!date.ok() || moment.hour > 23 || moment.minute > 59 || moment.second > 60) return std::nullopt;
    const std::int64_t days = sys_days(date).time_since_epoch().count();
    const auto seconds = days * 86400 + moment.hour * 3600 + moment.minute * 60 + moment.second;
    return FileTime::from(seconds, moment.nanosecond);
}

// Day first or year first.
void read_date(Reader& reader, Moment& moment) {
    const bool year_first = reader.sees(4, '-');
    moment.year = year_first ? reader.digits(4) : 0;
    if (year_first) reader.expect('-');
    moment.day = year_first ? 0 : reader.digits(2);
    if (!year_first) reader.expect('-');
    moment.month = reader.month();
    reader.expect('-');
    (year_first ? moment.day : moment.year) = reader.digits(year_first ? 2 : 4);
}

// What a unit is worth in powers of 1024; nothing for what is no unit.
std::optional<int> power_of(std::string_view unit) {
    constexpr std::string_view letters = "kmgtp";
    if (unit.empty() || same_word(unit, "b") || same_word(unit, "bytes") || same_word(unit, "byte")) return 0;
    const auto tail = unit.substr(1);
    if (!tail.empty() && !same_word(tail, "b") && !same_word(tail, "ib")) return std::nullopt;
    const auto power = letters.find(static_cast<char>(unit[0] | 0x20));
    if (power == letters.npos) return std::nullopt;
    return static_cast<int>(power) + 1;
}

}  // namespace

std::optional<ListedTime> take_listed_time(std::string_view& text) {
    const auto begin = std::min(text.find_first_not_of(" \t"), text.size());
    Reader reader(text.substr(begin));
    Moment moment;
    ListedTime listed{.step = 60};
    read_date(reader, moment);
    if (!reader.take('T')) reader.expect(' ');
    moment.hour = reader.digits(2);
    reader.expect(':');
    moment.minute = reader.digits(2);
    if (reader.take(':')) {
        moment.second = reader.digits(2);
        listed.step = 1;
        if (reader.take('.')) moment.nanosecond = reader.fraction();
    }
    listed.is_utc = reader.take_utc();
    const auto time = reader.failed() ? std::nullopt : time_of(moment);
    if (!time || (!reader.rest().empty() && reader.rest()[0] > ' ')) return std::nullopt;
    listed.time = *time;
    text = reader.rest();
    return listed;
}

std::optional<ListedSize> parse_listed_size(std::string_view text) {
    constexpr std::size_t longest_number = 18;  // and no product of it that does not fit
    const auto digits_end = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits_end == 0 || digits_end > longest_number) return std::nullopt;
    Bytes whole = 0;
    std::from_chars(text.data(), text.data() + digits_end, whole);
    auto rest = text.substr(digits_end);
    double part = 0;
    if (rest.starts_with('.')) {
        const auto part_end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
        if (part_end == 1 || part_end > longest_number) return std::nullopt;
        for (auto at = part_end - 1; at > 0; --at)
            part = (part + (rest[at] - '0')) / 10;
        rest.remove_prefix(part_end);
    }
    const bool has_part = rest.size() + digits_end < text.size();
    const auto power = power_of(without_blanks(rest));
    if (!power || (has_part && *power == 0)) return std::nullopt;
    if (*power == 0) return ListedSize{whole, true};
    const auto size = std::ldexp(static_cast<double>(whole) + part, *power * 10);
    if (size >= std::ldexp(1.0, 63)) return std::nullopt;
    return ListedSize{static_cast<Bytes>(size), false};
}

}  // namespace mirrorseed::sync
