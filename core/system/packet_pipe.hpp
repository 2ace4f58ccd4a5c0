// A pipe over which a process that may have fallen to strangers says short texts to one that must not wait
// for it.
//
// A text arrives whole or not at all. No file can come along, as it could through a socket: a file that takes
// long to close holds up whoever it was sent to, even where he never looked at it.
#pragma once

#include "core/result.hpp"
#include "core/system/folder.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mirrorseed {

constexpr std::size_t longest_text_of_pipe = 4096;

struct PacketPipe {
    Descriptor reader, writer;
};
// Both closed in programs that this process starts.
Result<PacketPipe> make_packet_pipe();

// False when it was lost.
bool send_text(int writer, std::string_view text);
// The next one, if there is one.
std::optional<std::string> receive_text(int reader);

}  // namespace mirrorseed
