// Answers to announces and scrapes by HTTP: dictionaries with their keys in order (BEP 3, 7, 23, 24, 31, 48).
// Pure.
#pragma once

#include "httpd/tracker/announce.hpp"
#include "httpd/tracker/counts.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mirrorseed::httpd::tracker {

struct AnnounceReply {
    unsigned interval = 0, least_interval = 0;  // seconds
    SwarmCounts counts{};
    std::span<const std::uint8_t> peers{}, peers6{};  // compact
    Address asker{};
};
void append_announce_reply(std::string& out, const AnnounceReply& reply);

enum class Again { never, in_minutes };
// `never`: the same request will be refused for ever.
void append_failure(std::string& out, std::string_view why, Again again);

struct ScrapedSwarm {
    InfoHash info_hash{};
    SwarmCounts counts{};
};
// Each hash once.
void append_scrape_reply(std::string& out, std::span<ScrapedSwarm> swarms, unsigned least_interval);

}  // namespace mirrorseed::httpd::tracker
