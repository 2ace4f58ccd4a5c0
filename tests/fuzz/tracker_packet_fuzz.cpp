// Whatever packets come: without a good connection id nothing longer goes back, and nobody is let in.

#include "httpd/tracker/desk.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed::httpd::tracker;
    static Tracker tracker;
    static Desk desk;
    static Tally tally;
    static std::array<std::uint8_t, largest_reply> out;
    static const Asker stranger{{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 8, 8, 8, 8}}};
    tracker.knows_hashes = true;
    const mirrorseed::ByteSpan bytes(data, size);
    const Time now{std::chrono::hours(1)};
    if (desk.packet(tracker, bytes, stranger, now, out, tally) > size) std::abort();
    if (tracker.swarms.totals().peers_v4 != 0) std::abort();

    // The same by whoever has an id, for a hash that is tracked.
    auto packet = parse_packet(bytes);
    if (packet.kind != Packet::Kind::announce || packet.announce.port == 0) return 0;
    SwarmTable::Told told;
    tracker.swarms.track({packet.announce.info_hash});
    tracker.swarms.announce(packet.announce, stranger, Families::own, now, packet.transaction, told);
    if (told.counts.seeders + told.counts.leechers > 1 || told.peers.count_v4 != 0) std::abort();
    tracker.swarms.track({});
    return 0;
}
