// Listening sockets: TCP and UDP over IPv4 and IPv6, and Unix sockets.
#pragma once

#include "core/result.hpp"
#include "core/system/folder.hpp"

#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mirrorseed::httpd {

// An address as the kernel takes it.
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;
    int family() const noexcept { return storage.ss_family; }
    bool operator==(const SocketAddress& other) const noexcept;
};

// "127.0.0.1:8080", "[::]:8080" (which takes IPv4 as well), "localhost:0", "unix:/run/mirrorseed.sock"
Result<SocketAddress> parse_listen_address(const std::string& text);
// "[::]:8080", where another one of `all` names an address of IPv4 at that port: which is then not for it.
bool is_for_ipv6_alone(const std::string& text, const std::vector<std::string>& all);
// As parse_listen_address reads it.
std::string address_text(const SocketAddress& address);
std::uint16_t port_of(const SocketAddress& address);  // 0 for a Unix socket

// What becomes of those who come when nobody takes them any more.
enum class Latecomers { refused, left_waiting };

// One place to listen at, for several loops: over TCP a socket for each, between which the kernel shares the
// connections out; else one for all.
struct Listener {
    using Socket = std::shared_ptr<const Descriptor>;
    SocketAddress address;  // with the port that was really given
    std::vector<Socket> sockets;
    bool passed = false;

    // Whoever passed a socket has it served by the next process.
    Latecomers latecomers() const { return passed ? Latecomers::left_waiting : Latecomers::refused; }
    const Socket& of_loop(std::size_t loop) const { return sockets[loop % sockets.size()]; }
};
enum class Carries { connections, packets };  // over TCP or a Unix socket; over UDP
struct ListenManner {
    Carries carries = Carries::connections;
    bool ipv6_alone = false;
    // Sockets of ours have the port, at another address or until this one has taken their place: it shares
    // it.
    bool beside_own = false;
};
// Listens at once. Packets come over IP alone, and by no socket that was passed. A Unix socket that a dead
// process left behind is replaced. "fd:3" takes over a socket that listens already, which whoever passed it
// looks after.
Result<Listener> listen_on(const std::string& address, std::size_t loops, ListenManner manner = {});
// A socket file that nobody answers at is a leftover; one that is answered at belongs to somebody. For whom
// may connect, on behalf of a server that may not.
void remove_leftover(const std::string& address);
// Of a Unix socket; the sockets stay open.
void remove_socket_file(const Listener& listener);

}  // namespace mirrorseed::httpd
