#include "httpd/listener.hpp"

#include "core/whole_number.hpp"

#include <boost/asio/ip/address.hpp>

#include <fmt/format.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <utility>

namespace mirrorseed::httpd {
namespace {

namespace ip = boost::asio::ip;

constexpr std::string_view unix_prefix = "unix:";
constexpr std::string_view passed_prefix = "fd:";

Error no_address(const std::string& text) {
    return {Fault::bad_input,
            "\"" + text + "\" is not an address to listen on; write ADDR:PORT, [ADDR]:PORT or unix:PATH"};
}

template <class Address>
SocketAddress stored(const Address& address, std::size_t size = sizeof(Address)) {
    SocketAddress stored;
    std::memcpy(&stored.storage, &address, size);
    stored.size = static_cast<socklen_t>(size);
    return stored;
}

template <class Address>
Address as(const SocketAddress& address) {
    Address typed{};
    std::memcpy(&typed, &address.storage, sizeof typed);
    return typed;
}

SocketAddress unix_address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    return stored(address, offsetof(sockaddr_un, sun_path) + path.size() + 1);
}

SocketAddress tcp_address(const ip::address& address, std::uint16_t port) {
    if (address.is_v6()) {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        const auto bytes = address.to_v6().to_bytes();
        std::memcpy(&v6.sin6_addr, bytes.data(), bytes.size());
        v6.sin6_scope_id = static_cast<std::uint32_t>(address.to_v6().scope_id());
        return stored(v6);
    }
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    const auto bytes = address.to_v4().to_bytes();
    std::memcpy(&v4.sin_addr, bytes.data(), bytes.size());
    return stored(v4);
}

ip::address ip_of(const SocketAddress& address) {
    if (address.family() == AF_INET6) {
        const auto v6 = as<sockaddr_in6>(address);
        ip::address_v6::bytes_type bytes;
        std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
        return ip::address_v6(bytes, v6.sin6_scope_id);
    }
    const auto v4 = as<sockaddr_in>(address);
    ip::address_v4::bytes_type bytes;
    std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
    return ip::address_v4(bytes);
}

// A bound socket's path. The kernel leaves it out for one that has no name.
std::string unix_path(const SocketAddress& address) {
    constexpr auto offset = offsetof(sockaddr_un, sun_path);
    if (address.size <= offset) return {};
    const auto typed = as<sockaddr_un>(address);
    return {typed.sun_path, ::strnlen(typed.sun_path, address.size - offset)};
}

const sockaddr* raw(const SocketAddress& address) {
    return reinterpret_cast<const sockaddr*>(&address.storage);
}

Descriptor new_socket(int family, Carries carries = Carries::connections) {
    const int type = carries == Carries::packets ? SOCK_DGRAM : SOCK_STREAM;
    return Descriptor(::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

void remove_leftover_at(const SocketAddress& address) {
    const auto path = unix_path(address);
    struct stat info {};
    if (path.empty() || ::lstat(path.c_str(), &info) != 0 || !S_ISSOCK(info.st_mode)) return;
    const auto probe = new_socket(AF_UNIX);
    if (::connect(probe.get(), raw(address), address.size) != 0 && errno == ECONNREFUSED)
        ::unlink(path.c_str());
}

void set_option(const Descriptor& socket, int level, int option, int value) {
    ::setsockopt(socket.get(), level, option, &value, sizeof value);
}

enum class Share { port, nothing };

void prepare_for_connections(const Descriptor& socket) {
    set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1);
    // Connections inherit it, which saves a call for each.
    set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
}

// SO_REUSEADDR would let others have the port too. A machine with several addresses is told which of them a
// packet came to, so that the reply comes from there.
void prepare_for_packets(const Descriptor& socket, const SocketAddress& address) {
    constexpr int buffered = 4 << 20;
    set_option(socket, SOL_SOCKET, SO_RCVBUF, buffered);
    set_option(socket, SOL_SOCKET, SO_SNDBUF, buffered);
    if (!ip_of(address).is_unspecified()) return;
    if (address.family() == AF_INET6)
        set_option(socket, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    else
        set_option(socket, IPPROTO_IP, IP_PKTINFO, 1);
}

// Not open, and errno set, when it failed.
Descriptor bound_socket(const SocketAddress& address, Share share, ListenManner manner) {
    auto socket = new_socket(address.family(), manner.carries);
    if (!socket.is_open()) return socket;
    if (address.family() != AF_UNIX) {
        if (manner.carries == Carries::packets)
            prepare_for_packets(socket, address);
        else
            prepare_for_connections(socket);
        if (share == Share::port) set_option(socket, SOL_SOCKET, SO_REUSEPORT, 1);
    }
    if (address.family() == AF_INET6)
        set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, manner.ipv6_alone ? 1 : 0);
    if (::bind(socket.get(), raw(address), address.size) != 0) socket.close();
    return socket;
}

SocketAddress bound_address(const Descriptor& socket) {
    SocketAddress address;
    address.size = sizeof address.storage;
    ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address.storage), &address.size);
    return address;
}

bool listens(const Descriptor& socket, Carries carries) {
    return socket.is_open() && (carries == Carries::packets || ::listen(socket.get(), SOMAXCONN) == 0);
}

// Sockets that share a port could join those of another server too; the first one, which shares nothing,
// finds that out and learns the port.
bool open_sockets(Listener& listener, std::size_t loops, ListenManner manner) {
    if (!manner.beside_own) {
        auto first = bound_socket(listener.address, Share::nothing, manner);
        if (!listens(first, manner.carries)) return false;
        listener.address = bound_address(first);
        if (listener.address.family() == AF_UNIX) {
            listener.sockets.push_back(std::make_shared<const Descriptor>(std::move(first)));
            return true;
        }
    }
    for (std::size_t i = 0; i < loops; ++i) {
        auto socket = bound_socket(listener.address, Share::port, manner);
        if (!listens(socket, manner.carries)) return false;
        listener.sockets.push_back(std::make_shared<const Descriptor>(std::move(socket)));
    }
    return true;
}

Result<Listener> take_over(const std::string& text) {
    const auto fd = whole_number<std::uint16_t>(std::string_view(text).substr(passed_prefix.size()));
    if (!fd) return no_address(text);
    int accepts = 0;
    socklen_t size = sizeof accepts;
    if (::getsockopt(*fd, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &size) != 0 || accepts == 0)
        return Error(Fault::bad_input, text + " is not a listening socket");
    Listener listener{.address = {}, .sockets = {}, .passed = true};
    listener.sockets.push_back(std::make_shared<const Descriptor>(*fd));
    const auto& socket = *listener.sockets.back();
    ::fcntl(socket.get(), F_SETFL, ::fcntl(socket.get(), F_GETFL) | O_NONBLOCK);
    listener.address = bound_address(socket);
    if (listener.address.family() != AF_UNIX) set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
    return listener;
}

bool is_everywhere(const SocketAddress& address) {
    return address.family() == AF_INET6 && ip_of(address).is_unspecified();
}

}  // namespace

Result<SocketAddress> parse_listen_address(const std::string& text) {
    if (text.starts_with(unix_prefix)) {
        const auto path = text.substr(unix_prefix.size());
        if (path.empty() || path.size() >= sizeof(sockaddr_un::sun_path)) return no_address(text);
        return unix_address(path);
    }
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) return no_address(text);
    const auto port = whole_number<std::uint16_t>(std::string_view(text).substr(colon + 1));
    auto host = text.substr(0, colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) host = host.substr(1, host.size() - 2);
    if (host == "localhost") host = "127.0.0.1";
    boost::system::error_code code;
    const auto address = ip::make_address(host, code);
    if (!port || code || address.is_v6() != bracketed) return no_address(text);
    return tcp_address(address, *port);
}

bool SocketAddress::operator==(const SocketAddress& other) const noexcept {
    return size == other.size && std::memcmp(&storage, &other.storage, size) == 0;
}

bool is_for_ipv6_alone(const std::string& text, const std::vector<std::string>& all) {
    const auto address = parse_listen_address(text);
    if (!address || !is_everywhere(*address) || port_of(*address) == 0) return false;
    return std::any_of(all.begin(), all.end(), [&](const std::string& other) {
        const auto parsed = parse_listen_address(other);
        return parsed && parsed->family() == AF_INET && port_of(*parsed) == port_of(*address);
    });
}

std::string address_text(const SocketAddress& address) {
    if (address.family() == AF_UNIX) return std::string(unix_prefix) + unix_path(address);
    const auto host = ip_of(address).to_string();
    return fmt::format(fmt::runtime(address.family() == AF_INET6 ? "[{}]:{}" : "{}:{}"), host,
                       port_of(address));
}

std::uint16_t port_of(const SocketAddress& address) {
    if (address.family() == AF_INET6) return ntohs(as<sockaddr_in6>(address).sin6_port);
    if (address.family() == AF_INET) return ntohs(as<sockaddr_in>(address).sin_port);
    return 0;
}

Result<Listener> listen_on(const std::string& text, std::size_t loops, ListenManner manner) {
    const bool packets = manner.carries == Carries::packets;
    if (text.starts_with(passed_prefix) && !packets) return take_over(text);
    const auto address = parse_listen_address(text);
    if (!address) return address.error();
    if (packets && address->family() == AF_UNIX)
        return Error(Fault::bad_input, text + " is no address for UDP");
    if (address->family() == AF_UNIX) remove_leftover_at(*address);
    Listener listener{.address = *address, .sockets = {}, .passed = false};
    bool open = open_sockets(listener, loops, manner);
    // "[::]" means everywhere, also on a machine without IPv6.
    if (!open && errno == EAFNOSUPPORT && is_everywhere(*address) && !manner.ipv6_alone) {
        listener = {
            .address = tcp_address(ip::address_v4::any(), port_of(*address)), .sockets = {}, .passed = false};
        open = open_sockets(listener, loops, manner);
    }
    if (!open) return Error::last_system_error("cannot listen on " + text);
    // Whoever may reach the folder may connect, as with nginx; the server's answers are public.
    if (address->family() == AF_UNIX) ::chmod(unix_path(*address).c_str(), 0666);
    return listener;
}

void remove_leftover(const std::string& text) {
    const auto address = parse_listen_address(text);
    if (address && address->family() == AF_UNIX) remove_leftover_at(*address);
}

void remove_socket_file(const Listener& listener) {
    if (listener.address.family() == AF_UNIX && !listener.passed)
        ::unlink(unix_path(listener.address).c_str());
}

}  // namespace mirrorseed::httpd
