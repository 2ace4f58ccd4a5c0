#include "core/system/packet_pipe.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>

namespace mirrorseed {
namespace {

static_assert(longest_text_of_pipe <= PIPE_BUF);
// Each text takes a page, and sixteen pages are soon full.
constexpr int room = 1 << 20;

}  // namespace

Result<PacketPipe> make_packet_pipe() {
    std::array<int, 2> ends{};
    // "Direct" keeps the texts apart.
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK | O_DIRECT) != 0)
        return Error::last_system_error("cannot make a pipe");
    PacketPipe pipe{Descriptor(ends[0]), Descriptor(ends[1])};
    ::fcntl(pipe.writer.get(), F_SETPIPE_SZ, room);
    return pipe;
}

bool send_text(int writer, std::string_view text) {
    if (text.empty() || text.size() > longest_text_of_pipe) return false;
    return ::write(writer, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

std::optional<std::string> receive_text(int reader) {
    std::array<char, longest_text_of_pipe> buffer{};
    ssize_t count = 0;
    do
        count = ::read(reader, buffer.data(), buffer.size());
    while (count < 0 && errno == EINTR);
    if (count <= 0) return std::nullopt;
    return std::string(buffer.data(), static_cast<std::size_t>(count));
}

}  // namespace mirrorseed
