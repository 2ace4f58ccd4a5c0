// Where one loop answers announces and scrapes: from a query or a packet to the bytes of the answer.
//
// It does no I/O. By UDP nothing goes out that is longer than what came in, until a connection id shows that
// the address is the asker's own; and only then does anything count as that address's.
#pragma once

#include "httpd/tracker/bencoded_replies.hpp"
#include "httpd/tracker/packets.hpp"
#include "httpd/tracker/queries.hpp"
#include "httpd/tracker/tally.hpp"
#include "httpd/tracker/tracker.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mirrorseed::httpd::tracker {

class Desk {
public:
    // The body of the answer, until the next one. No asker: it is not known where the request comes from.
    const std::string& announce(Tracker& tracker, std::string_view query, const std::optional<Asker>& asker,
                                Time now, Tally& tally);
    const std::string& scrape(Tracker& tracker, std::string_view query, const std::optional<Asker>& asker,
                              Time now, Tally& tally);
    // How long the reply is; 0: there is none.
    std::size_t packet(Tracker& tracker, ByteSpan bytes, const Asker& asker, Time now, ReplyBuffer out,
                       Tally& tally);

private:
    std::uint64_t dice() noexcept;
    const std::string& refuse(std::string_view why, Again again, Done done, Tally& tally);
    // Why nobody is answered by HTTP just now; empty: the asker is.
    const std::string* turn_away(Tracker& tracker, const std::optional<Asker>& asker, Time now, Tally& tally);
    std::size_t announce(Tracker& tracker, const Packet& packet, const Asker& asker, Time now,
                         ReplyBuffer out, Tally& tally);
    static std::size_t scrape(Tracker& tracker, const Packet& packet, ReplyBuffer out, Tally& tally);

    std::uint64_t dice_ = HashKey::random().first;
    SwarmTable::Told told_;
    ScrapeQuery scrape_;
    std::array<ScrapedSwarm, most_scraped> scraped_;
    std::string text_;
};

}  // namespace mirrorseed::httpd::tracker
