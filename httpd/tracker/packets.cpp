#include "httpd/tracker/packets.hpp"

#include <algorithm>
#include <cstring>

namespace mirrorseed::httpd::tracker {
namespace {

constexpr std::uint64_t protocol = 0x41727101980;
constexpr std::size_t head_size = 16, announce_size = 98, hash_size = 20;

enum Action : std::uint32_t { connects, announces, scrapes, errors };

template <class Number>
Number number_at(ByteSpan bytes, std::size_t at) noexcept {
    Number number = 0;
    for (std::size_t i = 0; i < sizeof number; ++i)
        number = static_cast<Number>(number << 8 | bytes[at + i]);
    return number;
}

class Writer {
public:
    explicit Writer(ReplyBuffer out) : out_(out) {}

    template <class Number>
    Writer& add(Number number) noexcept {
        for (std::size_t i = sizeof number; i-- > 0;)
            out_[size_++] = static_cast<std::uint8_t>(number >> (8 * i));
        return *this;
    }
    Writer& add_bytes(const void* bytes, std::size_t count) noexcept {
        const auto room = std::min(count, out_.size() - size_);
        if (room > 0) std::memcpy(out_.data() + size_, bytes, room);
        size_ += room;
        return *this;
    }
    std::size_t size() const noexcept { return size_; }

private:
    ReplyBuffer out_;
    std::size_t size_ = 0;
};

Event event_of(std::uint32_t number) noexcept {
    constexpr std::uint32_t last = static_cast<std::uint32_t>(Event::paused);
    return number <= last ? static_cast<Event>(number) : Event::none;
}

// What the packet says of an address at 84 is passed over, as it is by HTTP.
Announce announce_of(ByteSpan bytes) noexcept {
    Announce announce;
    std::memcpy(announce.info_hash.data(), bytes.data() + 16, hash_size);
    std::memcpy(announce.peer_id.data(), bytes.data() + 36, announce.peer_id.size());
    announce.seeds = number_at<std::uint64_t>(bytes, 64) == 0;
    announce.event = event_of(number_at<std::uint32_t>(bytes, 80));
    announce.key = number_at<std::uint32_t>(bytes, 88);
    const auto wanted = number_at<std::uint32_t>(bytes, 92);
    const bool says = wanted < 0x80000000;  // -1: what is usual
    announce.wanted = says ? std::min(wanted, most_wanted) : usual_wanted;
    announce.port = number_at<std::uint16_t>(bytes, 96);
    return announce;
}

}  // namespace

Packet parse_packet(ByteSpan bytes) noexcept {
    Packet packet;
    if (bytes.size() < head_size) return packet;
    packet.connection_id = number_at<std::uint64_t>(bytes, 0);
    packet.transaction = number_at<std::uint32_t>(bytes, 12);
    switch (number_at<std::uint32_t>(bytes, 8)) {
        case connects:
            if (packet.connection_id == protocol) packet.kind = Packet::Kind::connect;
            break;
        case announces:
            if (bytes.size() < announce_size) break;
            packet.kind = Packet::Kind::announce;
            packet.announce = announce_of(bytes);
            break;
        case scrapes: {
            const auto count = std::min((bytes.size() - head_size) / hash_size, most_scraped);
            if (count == 0) break;
            packet.kind = Packet::Kind::scrape;
            packet.hashes = bytes.subspan(head_size, count * hash_size);
            break;
        }
        default:
            break;
    }
    return packet;
}

InfoHash hash_at(ByteSpan hashes, std::size_t at) noexcept {
    InfoHash hash;
    std::memcpy(hash.data(), hashes.data() + at * hash_size, hash.size());
    return hash;
}

std::size_t write_connect_reply(ReplyBuffer out, std::uint32_t transaction, std::uint64_t id) noexcept {
    return Writer(out).add<std::uint32_t>(connects).add(transaction).add(id).size();
}

std::size_t write_announce_reply(ReplyBuffer out, std::uint32_t transaction, unsigned interval,
                                 const SwarmCounts& counts, ByteSpan peers) noexcept {
    return Writer(out)
        .add<std::uint32_t>(announces)
        .add(transaction)
        .add<std::uint32_t>(interval)
        .add(counts.leechers)
        .add(counts.seeders)
        .add_bytes(peers.data(), peers.size())
        .size();
}

std::size_t write_scrape_reply(ReplyBuffer out, std::uint32_t transaction,
                               std::span<const SwarmCounts> counts) noexcept {
    Writer writer(out);
    writer.add<std::uint32_t>(scrapes).add(transaction);
    for (const auto& swarm : counts)
        writer.add(swarm.seeders).add(swarm.completed).add(swarm.leechers);
    return writer.size();
}

std::size_t write_error_reply(ReplyBuffer out, std::uint32_t transaction, std::string_view why) noexcept {
    return Writer(out).add<std::uint32_t>(errors).add(transaction).add_bytes(why.data(), why.size()).size();
}

}  // namespace mirrorseed::httpd::tracker
