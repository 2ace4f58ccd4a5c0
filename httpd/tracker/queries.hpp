// What stands behind the question mark of an announce or a scrape by HTTP (BEP 3, 7, 48). Pure, and allocates
// nothing.
//
// `ip`, `ipv4` and `ipv6` are passed over, as whoever is believed about an address may aim a swarm at
// somebody; `compact` too, as answers always are (BEP 23).
#pragma once

#include "httpd/tracker/announce.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace mirrorseed::httpd::tracker {

struct AnnounceQuery {
    std::string_view fault{};  // why it is none; empty: `announce` is what it says
    Announce announce{};
};
AnnounceQuery parse_announce_query(std::string_view query) noexcept;

// As many as fit into a packet by UDP; what goes beyond is not answered.
constexpr std::size_t most_scraped = 74;
struct ScrapeQuery {
    std::string_view fault{};
    std::array<InfoHash, most_scraped> hashes;  // those behind `count` say nothing
    std::size_t count = 0;
};
void parse_scrape_query(std::string_view query, ScrapeQuery& parsed) noexcept;

// "/-/announce" and "/-/scrape", with a query or without; both are spelled in this one way.
enum class Target { none, announce, scrape };
Target tracker_target(std::string_view target) noexcept;
std::string_view query_of(std::string_view target) noexcept;

}  // namespace mirrorseed::httpd::tracker
