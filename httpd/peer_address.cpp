#include "httpd/peer_address.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <iterator>
#include <string_view>

namespace mirrorseed::httpd {
namespace {

constexpr std::array<std::uint8_t, 12> v4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool has_v4_prefix(const std::array<std::uint8_t, 16>& bytes) {
    return std::equal(v4_prefix.begin(), v4_prefix.end(), bytes.begin());
}

}  // namespace

PeerAddress PeerAddress::of(const sockaddr_storage& address) {
    PeerAddress peer;
    if (address.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &address, sizeof v6);
        std::memcpy(peer.bytes_.data(), &v6.sin6_addr, peer.bytes_.size());
        peer.is_ip_ = true;
    } else if (address.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof v4);
        std::copy(v4_prefix.begin(), v4_prefix.end(), peer.bytes_.begin());
        std::memcpy(peer.bytes_.data() + v4_prefix.size(), &v4.sin_addr, 4);
        peer.is_ip_ = true;
    }
    return peer;
}

std::string PeerAddress::text() const {
    if (!is_ip_) return "unix:";
    if (has_v4_prefix(bytes_)) {
        // Told with every line of the access log, and inet_ntop goes the long way through printf.
        std::string text;
        for (auto byte = bytes_.begin() + v4_prefix.size(); byte != bytes_.end(); ++byte)
            text.append(text.empty() ? "" : ".").append(fmt::format_int(*byte).c_str());
        return text;
    }
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    ::inet_ntop(AF_INET6, bytes_.data(), buffer.data(), buffer.size());
    return buffer.data();
}

bool PeerAddress::is_local() const noexcept {
    if (!is_ip_) return true;
    if (has_v4_prefix(bytes_)) return bytes_[v4_prefix.size()] == 127;
    return std::all_of(bytes_.begin(), bytes_.end() - 1, [](auto byte) { return byte == 0; }) &&
           bytes_[15] == 1;
}

std::optional<PeerAddress> PeerAddress::parse(std::string_view text) {
    const std::string copy(text);
    if (copy.find('\0') != std::string::npos) return std::nullopt;
    std::array<char, 16> bytes{};
    if (::inet_pton(AF_INET, copy.c_str(), bytes.data()) == 1) return from_bytes({bytes.data(), 4});
    if (::inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1) return from_bytes({bytes.data(), 16});
    return std::nullopt;
}

PeerAddress PeerAddress::from_bytes(std::string_view bytes) {
    PeerAddress peer;
    peer.is_ip_ = true;
    const auto at = peer.bytes_.size() - bytes.size();
    if (bytes.size() == 4) std::copy(v4_prefix.begin(), v4_prefix.end(), peer.bytes_.begin());
    std::memcpy(peer.bytes_.data() + at, bytes.data(), bytes.size());
    return peer;
}

bool PeerAddress::is_v4() const noexcept {
    return is_ip_ && has_v4_prefix(bytes_);
}

bool PeerAddress::begins_like(const PeerAddress& other, unsigned bits) const noexcept {
    if (!is_ip_ || !other.is_ip_) return false;
    const auto whole = bits / 8, rest = bits % 8;
    if (!std::equal(bytes_.begin(), bytes_.begin() + whole, other.bytes_.begin())) return false;
    return rest == 0 || (bytes_[whole] ^ other.bytes_[whole]) >> (8 - rest) == 0;
}

PeerAddress PeerAddress::network(unsigned bits) const noexcept {
    auto network = *this;
    if (is_v6()) std::fill(network.bytes_.begin() + bits / 8, network.bytes_.end(), std::uint8_t{0});
    return network;
}

std::size_t PeerAddress::hash() const noexcept {
    return std::hash<std::string_view>()({reinterpret_cast<const char*>(bytes_.data()), bytes_.size()});
}

}  // namespace mirrorseed::httpd
