#include "sync/rsync/rsync_listing.hpp"

#include "core/text.hpp"

#include <charconv>
#include <chrono>

namespace mirrorseed::sync {
namespace {

Error unreadable(std::string_view line) {
    return {Fault::bad_input,
            "rsync lists \"" + escape_text(line.substr(0, 200)) + "\", which cannot be read"};
}

// Takes a word and the blanks around it from the front.
std::string_view take_word(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    return word;
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    return code == std::errc() && end == text.data() + text.size() && !text.empty();
}

std::optional<std::uint32_t> read_mode(std::string_view text) {
    if (text.size() < 10) return std::nullopt;
    std::uint32_t mode = 0;
    for (std::size_t i = 0; i < 9; ++i) {
        const char c = text[1 + i];
        const char expected = "rwx"[i % 3];
        const bool is_special = i % 3 == 2 && (c == 's' || c == 't' || c == 'S' || c == 'T');
        if (c != expected && c != '-' && !is_special) return std::nullopt;
        if (c == expected || c == 's' || c == 't') mode |= 0400U >> i;
    }
    return mode;
}

std::optional<FileTime> read_time(std::string_view date, std::string_view clock) {
    int year = 0;
    unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0;
    const auto first = date.find('/'), last = date.rfind('/');
    if (first == date.npos || first == last || clock.size() != 8 || clock[2] != ':' || clock[5] != ':')
        return std::nullopt;
    const bool read = read_number(date.substr(0, first), year) &&
                      read_number(date.substr(first + 1, last - first - 1), month) &&
                      read_number(date.substr(last + 1), day) && read_number(clock.substr(0, 2), hour) &&
                      read_number(clock.substr(3, 2), minute) && read_number(clock.substr(6, 2), second);
    if (!read || hour > 23 || minute > 59 || second > 60 || year < 0 || year > 9999) return std::nullopt;
    const std::chrono::year_month_day day_of{std::chrono::year(year), std::chrono::month(month),
                                             std::chrono::day(day)};
    if (!day_of.ok()) return std::nullopt;
    const auto days = std::chrono::sys_days(day_of).time_since_epoch().count();
    return FileTime::from_seconds(days * 86400LL + hour * 3600 + minute * 60 + second);
}

std::optional<EntryKind> read_kind(char c) {
    if (c == '-') return EntryKind::file;
    if (c == 'd') return EntryKind::folder;
    if (c == 'l') return EntryKind::link;
    return std::nullopt;
}

constexpr std::string_view arrow = " -> ";

// "name -> target", where both may hold arrows.
Status split_link(std::string_view text, Bytes length, std::string& name, std::string& target) {
    std::size_t found = text.npos, arrows = 0;
    for (auto at = text.find(arrow); at != text.npos; at = text.find(arrow, at + 1)) {
        ++arrows;
        const auto end = rsync_unescape(text.substr(at + arrow.size()));
        if (!end) return end.error();
        if (end->size() == length && found == text.npos) found = at;
    }
    if (found == text.npos && arrows == 1) found = text.find(arrow);
    if (found == text.npos) return unreadable(text);
    auto head = rsync_unescape(text.substr(0, found));
    auto tail = rsync_unescape(text.substr(found + arrow.size()));
    if (!head) return head.error();
    if (!tail) return tail.error();
    name = std::move(*head);
    target = std::move(*tail);
    return {};
}

}  // namespace

Result<std::string> rsync_unescape(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escaped = text[i] == '\\' && text.substr(i + 1).starts_with('#') && i + 4 < text.size() &&
                             text.substr(i + 2, 3).find_first_not_of("01234567") == text.npos;
        if (!escaped) {
            plain += text[i];
            continue;
        }
        const int value = (text[i + 2] - '0') * 64 + (text[i + 3] - '0') * 8 + (text[i + 4] - '0');
        if (value > 255) return unreadable(text);
        plain += static_cast<char>(value);
        i += 4;
    }
    return plain;
}

Result<RsyncLine> parse_rsync_line(std::string_view line) {
    auto rest = line;
    const auto mode_text = take_word(rest);
    const auto mode = read_mode(mode_text);
    auto size_text = take_word(rest);
    const auto date = take_word(rest);
    const auto clock = take_word(rest);
    const auto time = read_time(date, clock);
    if (!mode || !time || !rest.starts_with(' ') || rest.size() < 2) return unreadable(line);
    rest.remove_prefix(1);  // one blank; others belong to the name

    RsyncLine read{.path = {}, .entry = {.mode = *mode, .mtime = *time}};
    const auto kind = read_kind(mode_text.front());
    read.is_other = !kind;
    read.entry.kind = kind.value_or(EntryKind::file);
    Bytes size = 0;
    if (kind && !read_number(size_text, size)) return unreadable(line);
    std::string name;
    if (kind == EntryKind::link) {
        const auto split = split_link(rest, size, name, read.entry.target);
        if (!split) return split.error();
        read.entry.mode = 0777;
    } else {
        auto plain = rsync_unescape(rest);
        if (!plain) return plain.error();
        name = std::move(*plain);
    }
    if (kind == EntryKind::file) read.entry.size = size;
    if (name == "." && kind == EntryKind::folder) return read;
    auto path = RelPath::parse(name);
    if (!path) return path.error().within("the upstream lists a name that cannot be");
    read.path = std::move(*path);
    if (read.path.is_root()) return unreadable(line);
    return read;
}

}  // namespace mirrorseed::sync
