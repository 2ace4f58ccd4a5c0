#include "core/http/reach.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace mirrorseed {
namespace ip = boost::asio::ip;
namespace {

struct Network4 {
    std::uint32_t address;
    unsigned bits;
    std::optional<Reach> reach;
};

// IANA's special-purpose registries (RFC 6890 and what came after). The first that holds an address counts.
constexpr std::array networks4{
    Network4{0x00000000, 8, Reach::machine},   // 0.0.0.0/8; Linux takes 0.0.0.0 for loopback
    Network4{0x7F000000, 8, Reach::machine},   // 127.0.0.0/8
    Network4{0xA9FE0000, 16, Reach::link},     // 169.254.0.0/16
    Network4{0x0A000000, 8, Reach::site},      // 10.0.0.0/8
    Network4{0xAC100000, 12, Reach::site},     // 172.16.0.0/12
    Network4{0xC0A80000, 16, Reach::site},     // 192.168.0.0/16
    Network4{0x64400000, 10, Reach::site},     // 100.64.0.0/10, carriers' NAT
    Network4{0xC0000000, 24, Reach::site},     // 192.0.0.0/24
    Network4{0xC0000200, 24, Reach::site},     // 192.0.2.0/24, documentation
    Network4{0xC6336400, 24, Reach::site},     // 198.51.100.0/24, documentation
    Network4{0xCB007100, 24, Reach::site},     // 203.0.113.0/24, documentation
    Network4{0xC6120000, 15, Reach::site},     // 198.18.0.0/15, benchmarks
    Network4{0xE0000000, 3, std::nullopt},     // multicast, reserved, broadcast
    Network4{0x00000000, 0, Reach::internet},  // the rest
};

std::optional<Reach> reach_of_4(std::uint32_t address) {
    const auto holds = [&](const Network4& network) {
        const auto mask = network.bits == 0 ? 0 : ~std::uint32_t{0} << (32 - network.bits);
        return (address & mask) == network.address;
    };
    return std::find_if(networks4.begin(), networks4.end(), holds)->reach;
}

using Bytes6 = ip::address_v6::bytes_type;

std::uint32_t ipv4_at(const Bytes6& bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value = value << 8 | bytes[at + i];
    return value;
}

bool begins(const Bytes6& bytes, std::initializer_list<unsigned> with) {
    return std::equal(with.begin(), with.end(), bytes.begin());
}

std::optional<Reach> reach_of_6(const Bytes6& bytes) {
    const bool no_prefix =
        std::all_of(bytes.begin(), bytes.begin() + 10, [](auto byte) { return byte == 0; });
    if (no_prefix && bytes[10] == 0xFF && bytes[11] == 0xFF) return reach_of_4(ipv4_at(bytes, 12));
    if (no_prefix && bytes[10] == 0 && bytes[11] == 0) {
        // :: and ::1, and the IPv4-compatible addresses of old.
        const auto rest = ipv4_at(bytes, 12);
        return rest <= 1 ? Reach::machine : reach_of_4(rest);
    }
    if (begins(bytes, {0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0}))
        return reach_of_4(ipv4_at(bytes, 12));
    if (begins(bytes, {0x20, 0x02})) return reach_of_4(ipv4_at(bytes, 2));
    if (bytes[0] == 0xFF) return std::nullopt;
    if (bytes[0] == 0xFE && (bytes[1] & 0xC0) == 0x80) return Reach::link;
    // Global unicast is 2000::/3; in it 2001::/23 is for protocols (Teredo too), and two for documentation.
    const bool global = (bytes[0] & 0xE0) == 0x20;
    const bool special = (begins(bytes, {0x20, 0x01}) && bytes[2] < 2) ||
                         begins(bytes, {0x20, 0x01, 0x0D, 0xB8}) ||
                         (begins(bytes, {0x3F, 0xFF}) && bytes[2] < 0x10);
    return global && !special ? Reach::internet : Reach::site;
}

}  // namespace

std::optional<Reach> reach_of(const ip::address& address) {
    return address.is_v4() ? reach_of_4(address.to_v4().to_uint()) : reach_of_6(address.to_v6().to_bytes());
}

}  // namespace mirrorseed
