#include "httpd/authority.hpp"

#include "httpd/peer_address.hpp"

#include "core/http/http_text.hpp"
#include "core/whole_number.hpp"

#include <algorithm>
#include <optional>

namespace mirrorseed::httpd {
namespace {

using namespace std::string_view_literals;

bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || "-._~"sv.find(c) != ""sv.npos;
}
bool is_sub_delimiter(char c) {
    return "!$&'()*+,;="sv.find(c) != ""sv.npos;
}

// Each is allowed, or stands as a percent sign and two digits.
template <class Allowed>
bool is_spelled(std::string_view text, Allowed allowed) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (allowed(text[at])) continue;
        if (text[at] != '%' || text.size() - at < 3 || !is_hex(text[at + 1]) || !is_hex(text[at + 2]))
            return false;
        at += 2;
    }
    return true;
}

bool is_ipv6(std::string_view text) {
    return text.find(':') != text.npos && PeerAddress::parse(text).has_value();
}

// "v1.x", for addresses of times to come.
bool is_future_address(std::string_view text) {
    const auto dot = text.find('.');
    if (text.empty() || (text[0] != 'v' && text[0] != 'V') || dot == text.npos || dot < 2) return false;
    const auto digits = text.substr(1, dot - 1), rest = text.substr(dot + 1);
    return std::all_of(digits.begin(), digits.end(), is_hex) && !rest.empty() &&
           std::all_of(rest.begin(), rest.end(),
                       [](char c) { return is_unreserved(c) || is_sub_delimiter(c) || c == ':'; });
}

// What stands in brackets; a zone behind "%25", as RFC 6874 has it.
bool is_ip_literal(std::string_view text) {
    const auto zone = text.find("%25");
    if (zone == text.npos) return is_ipv6(text) || is_future_address(text);
    return is_ipv6(text.substr(0, zone)) && zone + 3 < text.size() &&
           is_spelled(text.substr(zone + 3), is_unreserved);
}

struct HostAndPort {
    std::string_view host{};  // without its brackets
    std::string_view port{};
    bool bracketed = false;
};

std::optional<HostAndPort> split(std::string_view text) {
    HostAndPort parts{.host = text, .port = {}, .bracketed = text.starts_with('[')};
    auto end = text.find(':');
    if (parts.bracketed) {
        const auto close = text.find(']');
        if (close == text.npos) return std::nullopt;
        parts.host = text.substr(1, close - 1);
        end = close + 1 < text.size() ? close + 1 : text.npos;
        if (end != text.npos && text[end] != ':') return std::nullopt;
    } else {
        parts.host = text.substr(0, end);
    }
    if (end != text.npos) parts.port = text.substr(end + 1);
    if (!std::all_of(parts.port.begin(), parts.port.end(), is_digit)) return std::nullopt;
    return parts;
}

}  // namespace

bool is_authority(std::string_view text) {
    const auto parts = split(text);
    if (!parts) return false;
    if (parts->bracketed) return is_ip_literal(parts->host);
    return is_spelled(parts->host, [](char c) { return is_unreserved(c) || is_sub_delimiter(c); });
}

bool names_no_domain(std::string_view authority) {
    const auto parts = split(authority);
    if (!parts) return false;
    if (parts->bracketed) return is_ipv6(parts->host);
    return same_word(parts->host, "localhost") || PeerAddress::parse(parts->host).has_value();
}

}  // namespace mirrorseed::httpd
