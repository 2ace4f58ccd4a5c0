#include "core/system/packet_socket.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace mirrorseed {
namespace {

constexpr std::size_t room_for_files = CMSG_SPACE(most_files_of_a_packet * sizeof(int));

struct Control {
    alignas(cmsghdr) std::array<char, room_for_files> bytes{};
};

std::vector<Descriptor> files_in(msghdr& message) {
    std::vector<Descriptor> files;
    for (auto* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
        const auto count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count; ++i) {
            int file = -1;
            std::memcpy(&file, CMSG_DATA(part) + i * sizeof(int), sizeof file);
            files.push_back(Descriptor(file));
        }
    }
    return files;
}

}  // namespace

Result<PacketPair> make_packet_pair() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0)
        return Error::last_system_error("cannot make a pair of sockets");
    PacketPair pair{Descriptor(ends[0]), Descriptor(ends[1])};
    if (::shutdown(pair.speaker.get(), SHUT_RD) != 0)
        return Error::last_system_error("cannot close a socket one way");
    return pair;
}

bool send_packet(int socket, std::string_view text, const std::vector<int>& files) {
    if (text.empty() || text.size() > longest_packet || files.size() > most_files_of_a_packet) return false;
    iovec part{const_cast<char*>(text.data()), text.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    Control control;
    if (!files.empty()) {
        message.msg_control = control.bytes.data();
        message.msg_controllen = CMSG_SPACE(files.size() * sizeof(int));
        auto* head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(files.size() * sizeof(int));
        std::memcpy(CMSG_DATA(head), files.data(), files.size() * sizeof(int));
    }
    return ::sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

Received receive_packet(int socket) {
    std::vector<char> buffer(longest_packet);
    for (;;) {
        iovec part{buffer.data(), buffer.size()};
        Control control;
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control.bytes.data();
        message.msg_controllen = control.bytes.size();
        const auto count = ::recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return {.packet = {}, .is_over = errno != EAGAIN && errno != EWOULDBLOCK};
        auto files = files_in(message);
        if (count == 0) return {.packet = {}, .is_over = true};
        if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) continue;
        return {.packet =
                    Packet{std::string(buffer.data(), static_cast<std::size_t>(count)), std::move(files)}};
    }
}

}  // namespace mirrorseed
