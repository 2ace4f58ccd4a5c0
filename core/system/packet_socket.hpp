// A pair of sockets over which a process and its child pass short messages, with open files if need be.
//
// A message arrives whole or not at all, and nobody waits: what finds no room is lost, so whoever says
// something that matters says it again. What is received comes from a process that may have fallen to
// strangers.
#pragma once

#include "core/result.hpp"
#include "core/system/folder.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed {

struct Packet {
    std::string text;
    std::vector<Descriptor> files{};
};

constexpr std::size_t longest_packet = 128 << 10;
constexpr std::size_t most_files_of_a_packet = 16;

struct PacketPair {
    Descriptor one, other;
};
// Both closed in programs that this process starts.
Result<PacketPair> make_packet_pair();

// False when it was lost.
bool send_packet(int socket, std::string_view text, const std::vector<int>& files = {});

struct Received {
    std::optional<Packet> packet{};
    bool is_over = false;  // the other side is gone
};
// The next one, if there is one; one that is longer than any is passed over.
Received receive_packet(int socket);

}  // namespace mirrorseed
