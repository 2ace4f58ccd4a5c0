#include "core/system/control_socket.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace mirrorseed {
namespace {

constexpr std::size_t longest_line = 64 << 20;  // a diff of a large tree is one line
constexpr int send_patience_ms = 10'000;

// A store's path may be longer than a socket's name can be, so it is named through a descriptor of its
// folder.
sockaddr_un address_in(const Folder& store) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto path = "/proc/self/fd/" + std::to_string(store.fd()) + "/control.sock";
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

Descriptor new_socket() {
    return Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

// True when the descriptor is ready, or has failed and will say so when it is used.
bool wait_for(const Descriptor& socket, short events, int patience_ms) {
    pollfd waiting{socket.get(), events, 0};
    return ::poll(&waiting, 1, patience_ms) > 0;
}

bool is_our_user(const Descriptor& socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0) return false;
    return peer.uid == 0 || peer.uid == ::geteuid();
}

}  // namespace

Result<std::optional<ControlChannel>> ControlChannel::connect(const std::string& store) {
    const auto folder = Folder::open(store);
    if (!folder) return std::optional<ControlChannel>();
    const auto address = address_in(*folder);
    auto socket = new_socket();
    if (!socket.is_open()) return Error::last_system_error("cannot make a socket");
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) {
        if (errno == ENOENT || errno == ECONNREFUSED) return std::optional<ControlChannel>();
        return Error::last_system_error("cannot reach the running mirrorseed at " + store + "/control.sock");
    }
    return std::optional(ControlChannel(std::move(socket)));
}

Status ControlChannel::send(std::string_view line) {
    std::string message(line);
    message += '\n';
    std::string_view rest = message;
    while (!rest.empty()) {
        const auto sent = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent > 0)
            rest.remove_prefix(static_cast<std::size_t>(sent));
        else if (sent < 0 && errno != EAGAIN && errno != EINTR)
            return Error::last_system_error("the control connection broke");
        else if (!wait_for(socket_, POLLOUT, send_patience_ms))
            return Error(Fault::failed, "the other side of the control connection does not read");
    }
    return {};
}

Result<std::optional<std::string>> ControlChannel::receive(std::chrono::milliseconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
        const auto end = pending_.find('\n');
        if (end != std::string::npos) {
            auto line = pending_.substr(0, end);
            pending_.erase(0, end + 1);
            return std::optional(std::move(line));
        }
        if (pending_.size() > longest_line) return Error(Fault::bad_input, "a control message is too long");
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        if (!wait_for(socket_, POLLIN, std::max(0, static_cast<int>(left.count()))))
            return std::optional<std::string>();
        std::array<char, 65536> buffer{};
        const auto got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (got == 0) return Error(Fault::failed, "the other side closed the control connection");
        if (got < 0 && errno != EAGAIN && errno != EINTR)
            return Error::last_system_error("the control connection broke");
        if (got > 0) pending_.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

Result<ControlListener> ControlListener::listen(const Folder& store) {
    auto socket = new_socket();
    if (!socket.is_open()) return Error::last_system_error("cannot make a socket");
    const auto address = address_in(store);
    ::unlinkat(store.fd(), "control.sock", 0);
    const auto what = "cannot listen on " + store.path() + "/control.sock";
    const auto mask = ::umask(0177);  // there is no moment at which others could connect
    const auto bound = ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::umask(mask);
    if (bound < 0 || ::listen(socket.get(), 16) < 0) return Error::last_system_error(what);
    return ControlListener(std::move(socket));
}

Result<std::optional<ControlChannel>> ControlListener::accept(std::chrono::milliseconds patience) {
    if (!wait_for(socket_, POLLIN, static_cast<int>(patience.count())))
        return std::optional<ControlChannel>();
    Descriptor peer(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    // EINVAL: stop() was called.
    const bool passing =
        errno == EAGAIN || errno == EINTR || errno == ECONNABORTED || errno == EMFILE || errno == EINVAL;
    if (!peer.is_open() && !passing) return Error::last_system_error("cannot accept a control connection");
    if (!peer.is_open() || !is_our_user(peer)) return std::optional<ControlChannel>();
    return std::optional(ControlChannel(std::move(peer)));
}

void ControlListener::stop() const {
    (void)::shutdown(socket_.get(), SHUT_RDWR);
}

}  // namespace mirrorseed
