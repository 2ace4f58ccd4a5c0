#include "httpd/tracker/queries.hpp"

#include "core/whole_number.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <span>

namespace mirrorseed::httpd::tracker {
namespace {

int digit_of(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Bytes, of which any may stand as %XX; false when they are not as many as there is room for.
bool decode(std::string_view text, std::span<std::uint8_t> to) noexcept {
    std::size_t written = 0;
    for (std::size_t at = 0; at < text.size(); ++written) {
        if (written == to.size()) return false;
        if (text[at] != '%') {
            to[written] = static_cast<std::uint8_t>(text[at++]);
            continue;
        }
        if (text.size() - at < 3) return false;
        const int high = digit_of(text[at + 1]), low = digit_of(text[at + 2]);
        if (high < 0 || low < 0) return false;
        to[written] = static_cast<std::uint8_t>(high * 16 + low);
        at += 3;
    }
    return written == to.size();
}

// By UDP it is a number, which by HTTP is told in hex by those who speak both; others tell any word.
std::uint32_t key_of(std::string_view text) noexcept {
    if (text.empty()) return 0;
    std::uint32_t number = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number, 16);
    if (read.ec == std::errc() && read.ptr == end) return number;
    std::uint32_t hash = 2166136261;
    for (const char c : text)
        hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619;
    return hash;
}

Event event_of(std::string_view text) noexcept {
    if (text == "started") return Event::started;
    if (text == "stopped") return Event::stopped;
    if (text == "completed") return Event::completed;
    if (text == "paused") return Event::paused;
    return Event::none;
}

unsigned wanted_of(std::string_view text) noexcept {
    const auto number = whole_number<std::uint64_t>(text);
    return number ? static_cast<unsigned>(std::min<std::uint64_t>(*number, most_wanted)) : usual_wanted;
}

// What comes before the first `sign`, which goes from the text with it.
std::string_view cut_at(std::string_view& text, char sign) noexcept {
    const auto end = static_cast<std::size_t>(std::find(text.begin(), text.end(), sign) - text.begin());
    const auto before = text.substr(0, end);
    text = text.substr(end < text.size() ? end + 1 : end);
    return before;
}

struct Pair {
    std::string_view name, value;
};

Pair take_pair(std::string_view& query) noexcept {
    const auto pair = cut_at(query, '&');
    auto value = pair;
    const auto name = cut_at(value, '=');
    return {name, value};
}

constexpr std::string_view announce_path = "/-/announce", scrape_path = "/-/scrape";

bool is_path(std::string_view target, std::string_view path) noexcept {
    return target.starts_with(path) && (target.size() == path.size() || target[path.size()] == '?');
}

}  // namespace

AnnounceQuery parse_announce_query(std::string_view query) noexcept {
    AnnounceQuery parsed;
    auto& announce = parsed.announce;
    bool has_hash = false, has_id = false;
    while (!query.empty()) {
        const auto [name, value] = take_pair(query);
        if (name == "info_hash") {
            if (has_hash || !decode(value, announce.info_hash)) return {.fault = "info_hash is not 20 bytes"};
            has_hash = true;
        } else if (name == "peer_id") {
            if (has_id || !decode(value, announce.peer_id)) return {.fault = "peer_id is not 20 bytes"};
            has_id = true;
        } else if (name == "port") {
            announce.port = whole_number<std::uint16_t>(value).value_or(0);
        } else if (name == "left") {
            announce.seeds = whole_number<std::uint64_t>(value) == 0;
        } else if (name == "event") {
            announce.event = event_of(value);
        } else if (name == "numwant") {
            announce.wanted = wanted_of(value);
        } else if (name == "key") {
            announce.key = key_of(value);
        }
    }
    if (!has_hash) return {.fault = "info_hash is missing"};
    if (!has_id) return {.fault = "peer_id is missing"};
    if (announce.port == 0) return {.fault = "port is missing or no port"};
    return parsed;
}

void parse_scrape_query(std::string_view query, ScrapeQuery& parsed) noexcept {
    parsed.count = 0;
    parsed.fault = {};
    while (!query.empty() && parsed.count < parsed.hashes.size()) {
        const auto [name, value] = take_pair(query);
        if (name != "info_hash") continue;
        if (!decode(value, parsed.hashes[parsed.count])) {
            parsed.fault = "info_hash is not 20 bytes";
            return;
        }
        ++parsed.count;
    }
    if (parsed.count == 0) parsed.fault = "info_hash is missing; not everything is told at once";
}

Target tracker_target(std::string_view target) noexcept {
    if (is_path(target, announce_path)) return Target::announce;
    return is_path(target, scrape_path) ? Target::scrape : Target::none;
}

std::string_view query_of(std::string_view target) noexcept {
    const auto mark = target.find('?');
    return mark == target.npos ? std::string_view() : target.substr(mark + 1);
}

}  // namespace mirrorseed::httpd::tracker
