#include "httpd/tracker/desk.hpp"

namespace mirrorseed::httpd::tracker {
namespace {

// Short enough for the shortest scrape that they may answer.
constexpr std::string_view bad_connection_id = "connection id is not valid";
static_assert(8 + bad_connection_id.size() <= 36);

constexpr std::string_view not_tracked = "this torrent is not tracked here";

}  // namespace

// SplitMix64: who guesses it learns which peers were told together.
std::uint64_t Desk::dice() noexcept {
    dice_ += 0x9e3779b97f4a7c15;
    auto z = dice_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

const std::string& Desk::refuse(std::string_view why, Again again, Done done, Tally& tally) {
    tally.add(done);
    append_failure(text_, why, again);
    return text_;
}

const std::string* Desk::turn_away(Tracker& tracker, const std::optional<Asker>& asker, Time now,
                                   Tally& tally) {
    if (!asker)
        return &refuse("the proxy does not tell your address", Again::in_minutes, Done::no_address, tally);
    if (!tracker.may_ask(*asker, now))
        return &refuse("too many requests come from your address", Again::in_minutes, Done::too_often, tally);
    if (!tracker.knows_hashes)
        return &refuse("the tracker is not ready yet", Again::in_minutes, Done::not_ready, tally);
    return nullptr;
}

const std::string& Desk::announce(Tracker& tracker, std::string_view query, const std::optional<Asker>& asker,
                                  Time now, Tally& tally) {
    text_.clear();
    if (const auto* refusal = turn_away(tracker, asker, now, tally)) return *refusal;
    const auto parsed = parse_announce_query(query);
    if (!parsed.fault.empty()) return refuse(parsed.fault, Again::never, Done::malformed, tally);
    const auto random = dice();
    const auto outcome = tracker.swarms.announce(parsed.announce, *asker, Families::both, now, random, told_);
    if (outcome == SwarmTable::Outcome::unknown_hash)
        return refuse(not_tracked, Again::never, Done::unknown_hash, tally);
    tally.add(Done::announce_by_http);
    if (outcome == SwarmTable::Outcome::not_let_in) tally.add(Done::not_let_in);
    append_announce_reply(text_, {.interval = Intervals::next(random),
                                  .least_interval = Intervals::least,
                                  .counts = told_.counts,
                                  .peers = told_.peers.peers(),
                                  .peers6 = told_.peers.peers6(),
                                  .asker = asker->address});
    return text_;
}

const std::string& Desk::scrape(Tracker& tracker, std::string_view query, const std::optional<Asker>& asker,
                                Time now, Tally& tally) {
    text_.clear();
    if (const auto* refusal = turn_away(tracker, asker, now, tally)) return *refusal;
    parse_scrape_query(query, scrape_);
    if (!scrape_.fault.empty()) return refuse(scrape_.fault, Again::never, Done::malformed, tally);
    std::size_t known = 0;
    for (const auto& hash : std::span(scrape_.hashes).first(scrape_.count))
        if (const auto counts = tracker.swarms.counts(hash)) scraped_[known++] = {hash, *counts};
    tally.add(Done::scrape);
    append_scrape_reply(text_, std::span(scraped_).first(known), Intervals::least);
    return text_;
}

std::size_t Desk::announce(Tracker& tracker, const Packet& packet, const Asker& asker, Time now,
                           ReplyBuffer out, Tally& tally) {
    if (packet.announce.port == 0) {
        tally.add(Done::malformed);
        return write_error_reply(out, packet.transaction, "port is 0");
    }
    const auto random = dice();
    const auto outcome = tracker.swarms.announce(packet.announce, asker, Families::own, now, random, told_);
    if (outcome == SwarmTable::Outcome::unknown_hash) {
        tally.add(Done::unknown_hash);
        return write_error_reply(out, packet.transaction, not_tracked);
    }
    tally.add(Done::announce_by_udp);
    if (outcome == SwarmTable::Outcome::not_let_in) tally.add(Done::not_let_in);
    const auto peers = asker.address.is_v4() ? told_.peers.peers() : told_.peers.peers6();
    return write_announce_reply(out, packet.transaction, Intervals::next(random), told_.counts, peers);
}

std::size_t Desk::scrape(Tracker& tracker, const Packet& packet, ReplyBuffer out, Tally& tally) {
    std::array<SwarmCounts, most_scraped> counts;
    const auto count = packet.hashes.size() / sizeof(InfoHash);
    for (std::size_t i = 0; i < count; ++i)
        counts[i] = tracker.swarms.counts(hash_at(packet.hashes, i)).value_or(SwarmCounts());
    tally.add(Done::scrape);
    return write_scrape_reply(out, packet.transaction, std::span(counts).first(count));
}

std::size_t Desk::packet(Tracker& tracker, ByteSpan bytes, const Asker& asker, Time now, ReplyBuffer out,
                         Tally& tally) {
    const auto packet = parse_packet(bytes);
    const auto drop = [&](Done why) -> std::size_t {
        tally.add(why);
        return 0;
    };
    if (packet.kind == Packet::Kind::none) return drop(Done::malformed);
    if (packet.kind == Packet::Kind::connect) {
        tally.add(Done::connect);
        return write_connect_reply(out, packet.transaction, tracker.ids.id_for(asker.address, now));
    }
    if (!tracker.ids.is_good(packet.connection_id, asker.address, now)) {
        tally.add(Done::bad_connection_id);
        return write_error_reply(out, packet.transaction, bad_connection_id);
    }
    if (!tracker.may_ask(asker, now)) return drop(Done::too_often);
    if (!tracker.knows_hashes) return drop(Done::not_ready);
    if (packet.kind == Packet::Kind::scrape) return scrape(tracker, packet, out, tally);
    return announce(tracker, packet, asker, now, out, tally);
}

}  // namespace mirrorseed::httpd::tracker
