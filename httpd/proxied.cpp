#include "httpd/proxied.hpp"

#include "core/http/http_text.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace mirrorseed::httpd {
namespace {

using State = ProxyHeader::State;
using namespace std::string_view_literals;

constexpr auto signature = "\r\n\r\n\0\r\nQUIT\n"sv;
constexpr std::size_t fixed_size = 16;
constexpr std::size_t longest_line = 107;  // of version 1, its line end included

ProxyHeader bad() {
    return {.state = State::bad};
}

std::uint8_t byte(std::string_view text, std::size_t at) {
    return static_cast<std::uint8_t>(text[at]);
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    for (std::size_t begin = 0; begin <= line.size();) {
        const auto end = std::min(line.find(' ', begin), line.size());
        words.push_back(line.substr(begin, end - begin));
        begin = end + 1;
    }
    return words;
}

// "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443"
ProxyHeader parse_line(std::string_view received) {
    const auto end = received.find("\r\n");
    if (end == std::string_view::npos) return received.size() < longest_line ? ProxyHeader() : bad();
    const auto size = end + 2;
    if (size > longest_line) return bad();
    const auto words = words_of(received.substr(0, end));
    if (words.size() > 1 && words[1] == "UNKNOWN") return {.state = State::good, .size = size};
    if (words.size() != 6 || (words[1] != "TCP4" && words[1] != "TCP6")) return bad();
    const auto client = PeerAddress::parse(words[2]);
    if (!client || client->is_v4() != (words[1] == "TCP4")) return bad();
    return {.state = State::good, .size = size, .client = client};
}

// Twelve bytes of signature, version and command, family, two bytes of length, addresses, and fields of other
// kinds, which are passed over.
ProxyHeader parse_binary(std::string_view received) {
    if (received.size() < fixed_size) return {};
    const auto version = byte(received, 12) >> 4, command = byte(received, 12) & 15;
    const std::size_t length = static_cast<std::size_t>(byte(received, 14)) << 8 | byte(received, 15);
    const auto size = fixed_size + length;
    if (version != 2 || command > 1 || size > longest_proxy_header) return bad();
    if (received.size() < size) return {};
    ProxyHeader header{.state = State::good, .size = size};
    if (command == 0) return header;
    const auto addresses = received.substr(fixed_size, length);
    const auto family = byte(received, 13) >> 4;
    const std::size_t address_size = family == 1 ? 4 : family == 2 ? 16 : 0;
    if (address_size == 0) return header;
    if (addresses.size() < 2 * address_size + 4) return bad();
    header.client = PeerAddress::from_bytes(addresses.substr(0, address_size));
    return header;
}

// "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]:80"
std::optional<PeerAddress> parse_hop(std::string_view text) {
    if (text.starts_with('[')) return PeerAddress::parse(text.substr(1, text.find(']') - 1));
    if (std::count(text.begin(), text.end(), ':') == 1) text = text.substr(0, text.find(':'));
    return PeerAddress::parse(text);
}

}  // namespace

std::optional<PeerAddress> forwarded_for(std::string_view field, const Networks& trusted) {
    while (true) {
        const auto comma = field.rfind(',');
        const auto hop = parse_hop(without_blanks(field.substr(comma + 1)));
        if (!hop) return std::nullopt;
        if (!trusted.contain(*hop)) return hop;
        if (comma == std::string_view::npos) return std::nullopt;
        field = field.substr(0, comma);
    }
}

std::optional<PeerAddress> announcer(const PeerAddress& peer, bool is_proxy,
                                     const std::optional<std::string_view>& field, const Networks& trusted) {
    if (is_proxy || trusted.contain(peer)) return field ? forwarded_for(*field, trusted) : std::nullopt;
    return peer.is_ip() ? std::optional(peer) : std::nullopt;
}

bool is_forwarding_field(std::string_view name) {
    constexpr auto family = "x-forwarded"sv;
    constexpr std::array others{"forwarded"sv,
                                "via"sv,
                                "x-real-ip"sv,
                                "x-client-ip"sv,
                                "client-ip"sv,
                                "true-client-ip"sv,
                                "cf-connecting-ip"sv,
                                "fastly-client-ip"sv,
                                "x-cluster-client-ip"sv,
                                "x-original-forwarded-for"sv,
                                "x-envoy-external-address"sv};
    return same_word(name.substr(0, family.size()), family) ||
           std::any_of(others.begin(), others.end(), [&](auto other) { return same_word(name, other); });
}

ProxyHeader parse_proxy_header(std::string_view received) {
    constexpr auto word = "PROXY "sv;
    const auto begins = [&](std::string_view with) {
        const auto size = std::min(received.size(), with.size());
        return received.substr(0, size) == with.substr(0, size);
    };
    if (begins(signature)) return parse_binary(received);
    if (begins(word)) return parse_line(received);
    return bad();
}

}  // namespace mirrorseed::httpd
