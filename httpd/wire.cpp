#include "httpd/wire.hpp"

#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>

namespace mirrorseed::httpd {
namespace {

using State = Moved::State;

bool would_block() {
    return errno == EAGAIN || errno == EWOULDBLOCK;
}

Moved outcome(ssize_t count) {
    if (count > 0) return {State::some, static_cast<std::size_t>(count)};
    if (count < 0 && would_block()) return {State::blocked, 0};
    return {State::ended, 0};
}

template <class Call>
ssize_t again_when_interrupted(Call call) {
    ssize_t count = 0;
    do
        count = call();
    while (count < 0 && errno == EINTR);
    return count;
}

iovec part(std::string_view text) {
    return {const_cast<char*>(text.data()), text.size()};
}

}  // namespace

Moved PlainWire::receive(std::span<char> into) {
    auto moved = outcome(again_when_interrupted([&] { return ::recv(fd(), into.data(), into.size(), 0); }));
    moved.emptied = moved.bytes < into.size();
    return moved;
}

Moved PlainWire::send(std::string_view first, std::string_view second, More more) {
    const int flags = MSG_NOSIGNAL | (more == More::follows ? MSG_MORE : 0);
    if (second.empty())
        return outcome(
            again_when_interrupted([&] { return ::send(fd(), first.data(), first.size(), flags); }));
    std::array<iovec, 2> parts{part(first), part(second)};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    return outcome(again_when_interrupted([&] { return ::sendmsg(fd(), &message, flags); }));
}

Moved PlainWire::send_file(const Descriptor& file, Bytes at, std::size_t count) {
    auto offset = static_cast<off_t>(at);
    const auto sent = again_when_interrupted([&] { return ::sendfile(fd(), file.get(), &offset, count); });
    if (sent > 0 || (sent < 0 && would_block())) return outcome(sent);
    if (sent == 0 || errno == EIO || errno == EINVAL || errno == EOVERFLOW || errno == ENOMEM)
        return {State::content_short, 0};
    return {State::ended, 0};
}

void PlainWire::finish() {
    ::shutdown(fd(), SHUT_WR);
}

}  // namespace mirrorseed::httpd
