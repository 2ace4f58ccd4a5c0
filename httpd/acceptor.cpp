#include "httpd/acceptor.hpp"

#include "httpd/connection.hpp"
#include "httpd/tls_wire.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace mirrorseed::httpd {
namespace {

constexpr int most_at_once = 64;
constexpr int most_ended_at_once = 16;
// Out of descriptors, most likely: connections that end make room.
constexpr std::chrono::milliseconds pause_after_failure(100);

}  // namespace

Acceptor::Acceptor(Listener::Socket socket, Latecomers latecomers,
                   std::shared_ptr<const TlsIdentity> identity, LoopState& state)
    : socket_(std::move(socket)), latecomers_(latecomers), identity_(std::move(identity)), state_(state) {}

void Acceptor::open() {
    if (!state_.loop.watch(socket_->get(), *this, EventLoop::Watch::listener))
        pause(Trouble::no_memory, std::strerror(errno));
}

void Acceptor::close() {
    state_.loop.forget(socket_->get());
    while (take_one()) {
    }
    cancel();  // a pause, which would open it again
    closed_ = true;
    // The kernel would let them wait for the last download, and then end them.
    if (latecomers_ == Latecomers::refused) ::shutdown(socket_->get(), SHUT_RDWR);
}

// The loop may have been told of a connection before it forgot the socket.
void Acceptor::on_ready(std::uint32_t) {
    if (closed_) return;
    for (int i = 0; i < most_at_once; ++i)
        if (!take_one()) return;
}

// For one more, after some was made where there was none.
bool Acceptor::has_room() {
    if (state_.connections.size() >= state_.max_connections && !state_.end_idle_connection()) {
        pause(Trouble::full, "all that [server] max_connections allows are open");
        return false;
    }
    const auto& descriptors = state_.descriptors;
    if (descriptors.has_room_for_connection()) return true;
    if (!descriptors.has_room_for_file()) state_.cache.shed_files();
    while (!descriptors.has_room_for_connection())
        if (!state_.end_idle_connection()) {
            pause(Trouble::full, "the limit on open files leaves room for no more of them");
            return false;
        }
    return true;
}

bool Acceptor::take_one() {
    if (!has_room()) return false;
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    Descriptor socket(
        ::accept4(socket_->get(), reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket.is_open()) {
        if (errno == ECONNABORTED || errno == EINTR) return true;
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            const int fault = errno;
            state_.cache.shed_files();
            for (int i = 0; i < most_ended_at_once && state_.end_idle_connection(); ++i) {
            }
            pause(fault == EMFILE || fault == ENFILE ? Trouble::no_descriptors : Trouble::no_memory,
                  std::strerror(fault));
        }
        return false;
    }
    Counters::add(state_.counters.accepted, 1);
    const auto fd = socket.get();
    auto connection =
        std::make_unique<Connection>(wire_over(std::move(socket)), PeerAddress::of(from), state_);
    if (state_.loop.watch(fd, *connection, EventLoop::Watch::connection)) (void)connection.release();
    return true;
}

std::unique_ptr<Wire> Acceptor::wire_over(Descriptor socket) const {
    if (!identity_) return std::make_unique<PlainWire>(std::move(socket));
    return std::make_unique<TlsWire>(std::move(socket), identity_->current());
}

// Those that wait in the kernel's queue are taken later.
void Acceptor::pause(Trouble trouble, const char* reason) {
    state_.troubles.tell(trouble, "cannot accept connections: {}", reason);
    state_.loop.forget(socket_->get());
    state_.loop.timers().set(*this, state_.loop.now() + pause_after_failure);
}

void Acceptor::on_time() {
    open();
}

}  // namespace mirrorseed::httpd
