// Where a connection comes from, small enough to be kept by every one of them.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mirrorseed::httpd {

class PeerAddress {
public:
    PeerAddress() = default;  // a Unix socket's other end
    static PeerAddress of(const sockaddr_storage& address);
    // "192.0.2.1" or "2001:db8::1", without anything around it.
    static std::optional<PeerAddress> parse(std::string_view text);
    // Four bytes or sixteen, as they stand in packets.
    static PeerAddress from_bytes(std::string_view bytes);

    // "192.0.2.1", "2001:db8::1", "unix:"
    std::string text() const;
    bool is_v4() const noexcept;
    bool is_ip() const noexcept { return is_ip_; }
    // The first bits of both are the same; those of IPv4 come after 96.
    bool begins_like(const PeerAddress& other, unsigned bits) const noexcept;
    // Over loopback or a Unix socket.
    bool is_local() const noexcept;
    bool is_v6() const noexcept { return is_ip_ && !is_v4(); }
    // The network that an address of IPv6 is in; that of IPv4 stays as it is.
    PeerAddress network(unsigned bits) const noexcept;
    // The one that one client has for itself.
    PeerAddress network() const noexcept { return network(64); }
    // Of one over IP: IPv4 as ::ffff:a.b.c.d
    const std::array<std::uint8_t, 16>& bytes() const noexcept { return bytes_; }
    std::size_t hash() const noexcept;
    bool operator==(const PeerAddress&) const = default;
    struct Hash {
        std::size_t operator()(const PeerAddress& address) const noexcept { return address.hash(); }
    };

private:
    std::array<std::uint8_t, 16> bytes_{};  // IPv4 as ::ffff:a.b.c.d
    bool is_ip_ = false;
};

}  // namespace mirrorseed::httpd
