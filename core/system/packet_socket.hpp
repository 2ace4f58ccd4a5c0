// A pair of sockets over which a process passes short messages to its child, with open files if need be.
//
// A message arrives whole or not at all, and nobody waits: what finds no room is lost, so whoever says
// something that matters says it again. The child may fall to strangers and could send files back that take
// long to close, so nothing goes that way (core/system/packet_pipe.hpp does).
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
    Descriptor speaker, hearer;
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
