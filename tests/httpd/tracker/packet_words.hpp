// Packets of BEP 15 as clients write them.
#pragma once

#include "httpd/tracker/announce.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mirrorseed::httpd::tracker {

using PacketBytes = std::vector<std::uint8_t>;

inline InfoHash a_hash(std::uint8_t number = 1) {
    InfoHash hash;
    hash.fill(number);
    return hash;
}

template <class Number>
void put(PacketBytes& packet, Number number) {
    for (std::size_t i = sizeof number; i-- > 0;)
        packet.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
}

inline PacketBytes connect_packet(std::uint32_t transaction) {
    PacketBytes packet;
    put<std::uint64_t>(packet, 0x41727101980);
    put<std::uint32_t>(packet, 0);
    put(packet, transaction);
    return packet;
}

struct AnnounceWords {
    std::uint64_t id = 0;
    std::uint32_t transaction = 1;
    std::uint8_t hash = 1, peer = 1;
    std::uint64_t left = 1;
    std::uint32_t event = 0, wanted = 0xffffffff, key = 0;
    std::uint16_t port = 6881;
};

inline PacketBytes announce_packet(const AnnounceWords& words) {
    PacketBytes packet;
    put(packet, words.id);
    put<std::uint32_t>(packet, 1);
    put(packet, words.transaction);
    packet.insert(packet.end(), 20, words.hash);
    packet.insert(packet.end(), 20, words.peer);
    put<std::uint64_t>(packet, 0);
    put(packet, words.left);
    put<std::uint64_t>(packet, 0);
    put(packet, words.event);
    put<std::uint32_t>(packet, 0x01020304);  // an address, which nobody believes
    put(packet, words.key);
    put(packet, words.wanted);
    put(packet, words.port);
    return packet;
}

inline PacketBytes scrape_packet(std::uint64_t id, std::size_t hashes) {
    PacketBytes packet;
    put(packet, id);
    put<std::uint32_t>(packet, 2);
    put<std::uint32_t>(packet, 1);
    packet.insert(packet.end(), hashes * 20, 1);
    return packet;
}

inline Address v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    return {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d}};
}
inline Address v6(std::uint8_t last, std::uint8_t first = 0x20) {
    Address address;
    address.bytes[0] = first;
    address.bytes[1] = 3;
    address.bytes[15] = last;
    return address;
}
inline Time at(std::chrono::seconds since) {
    return Time(std::chrono::hours(1000) + since);
}

}  // namespace mirrorseed::httpd::tracker
