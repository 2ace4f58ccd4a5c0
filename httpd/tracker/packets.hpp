// The tracker's packets by UDP (BEP 15). Pure, and allocates nothing.
#pragma once

#include "httpd/tracker/announce.hpp"
#include "httpd/tracker/counts.hpp"
#include "httpd/tracker/queries.hpp"

#include "core/byte_span.hpp"

#include <span>
#include <string_view>

namespace mirrorseed::httpd::tracker {

struct Packet {
    // none: nothing that is answered, by its size or by its action
    enum class Kind { none, connect, announce, scrape };
    Kind kind = Kind::none;
    std::uint64_t connection_id = 0;
    std::uint32_t transaction = 0;
    Announce announce{};
    ByteSpan hashes{};  // of a scrape, in what was parsed; 20 bytes each
};
Packet parse_packet(ByteSpan bytes) noexcept;

InfoHash hash_at(ByteSpan hashes, std::size_t at) noexcept;

// Large enough for every reply.
constexpr std::size_t largest_reply = 1280;
// So that no reply is cut into pieces on its way: a packet of IPv6 may have 1280 bytes everywhere.
constexpr unsigned most_wanted_v6 = 67;

using ReplyBuffer = std::span<std::uint8_t, largest_reply>;
// Each tells how long the reply is.
std::size_t write_connect_reply(ReplyBuffer out, std::uint32_t transaction, std::uint64_t id) noexcept;
std::size_t write_announce_reply(ReplyBuffer out, std::uint32_t transaction, unsigned interval,
                                 const SwarmCounts& counts, ByteSpan peers) noexcept;
// counts[i] for each of at most most_scraped hashes.
std::size_t write_scrape_reply(ReplyBuffer out, std::uint32_t transaction,
                               std::span<const SwarmCounts> counts) noexcept;
// Eight bytes and the text.
std::size_t write_error_reply(ReplyBuffer out, std::uint32_t transaction, std::string_view why) noexcept;

}  // namespace mirrorseed::httpd::tracker
