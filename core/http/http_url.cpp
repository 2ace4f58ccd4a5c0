#include "core/http/http_url.hpp"

#include "core/http/shown_url.hpp"
#include "core/text.hpp"
#include "core/whole_number.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <arpa/inet.h>

namespace mirrorseed {
namespace {

constexpr std::size_t longest_url = 16 << 10;

Error bad(std::string_view url, const std::string& why) {
    return {Fault::bad_input, "\"" + without_credentials(url.substr(0, 500)) + "\" " + why};
}

bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool may_stand(std::string_view text, std::size_t at, std::size_t path_begin) {
    const char c = text[at];
    if (c == '%') return at + 2 < text.size() && is_hex(text[at + 1]) && is_hex(text[at + 2]);
    if (c == '[' || c == ']') return at < path_begin;
    return c > 0x20 && c < 0x7f && std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
}

void append_escaped(std::string& out, char c) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out.append(1, '%').append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
}

// Where the path or the query begins in "scheme://host/path" and "//host/path"; 0 where no host is named.
std::size_t path_begin_of(std::string_view text) {
    const auto slashes = text.find("//");
    if (slashes == text.npos || text.find_first_of("/?") != slashes) return 0;
    if (slashes > 0 && text[slashes - 1] != ':') return 0;
    return std::min(text.find_first_of("/?", slashes + 2), text.size());
}

// Brackets are for addresses, and an address ends where the path begins.
std::string fixed_up(std::string_view text) {
    text = text.substr(0, text.find('#'));
    const auto path_begin = path_begin_of(text);
    std::string fixed;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (may_stand(text, at, path_begin))
            fixed += text[at];
        else
            append_escaped(fixed, text[at]);
    }
    return fixed;
}

// What names and IPv4 addresses are made of; internationalised names are for the writer to translate.
bool is_host_name(std::string_view host) {
    return !host.empty() && host.size() <= 255 && std::ranges::all_of(host, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
    });
}

bool is_ipv6(const std::string& text) {
    in6_addr address{};
    return inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

struct HostAndPort {
    std::string host;         // lower case, without brackets
    std::string_view port{};  // may be empty
};

std::optional<HostAndPort> split_authority(std::string_view text) {
    const bool in_brackets = text.starts_with('[');
    const auto host_end = in_brackets ? text.find(']') : std::min(text.find(':'), text.size());
    if (host_end == text.npos) return std::nullopt;
    const auto rest = text.substr(in_brackets ? host_end + 1 : host_end);
    if (!rest.empty() && rest[0] != ':') return std::nullopt;
    auto host = lowered(text.substr(in_brackets ? 1 : 0, host_end - (in_brackets ? 1 : 0)));
    if (!(in_brackets ? is_ipv6(host) : is_host_name(host))) return std::nullopt;
    return HostAndPort{std::move(host), rest.substr(rest.empty() ? 0 : 1)};
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    const auto port = whole_number<std::uint16_t>(text);
    return port && *port != 0 ? port : std::nullopt;
}

std::string decoded_credentials(std::string_view text) {
    auto plain = percent_decode(text);
    return plain ? std::move(*plain) : std::string(text);
}

bool has_scheme(std::string_view reference) {
    const auto colon = reference.find_first_of(":/?");
    return colon != reference.npos && reference[colon] == ':';
}

// RFC 3986 section 5.2.4; `path` begins with a slash.
std::string without_dots(std::string_view path) {
    std::vector<std::string_view> kept;
    for (std::size_t begin = 1; begin <= path.size();) {
        const auto end = std::min(path.find('/', begin), path.size());
        const auto part = path.substr(begin, end - begin);
        const bool dots = part == "." || part == "..";
        if (part == ".." && !kept.empty()) kept.pop_back();
        if (!dots) kept.push_back(part);
        if (dots && end == path.size()) kept.emplace_back();
        begin = end + 1;
    }
    std::string clean;
    for (const auto part : kept)
        clean.append(1, '/').append(part);
    return clean.empty() ? "/" : clean;
}

std::string_view path_of(std::string_view target) {
    return target.substr(0, target.find('?'));
}
std::string_view query_of(std::string_view target) {
    return target.substr(path_of(target).size());
}

// "path?query" as it is seen from "/base?query".
std::string merged(std::string_view base, std::string_view reference) {
    const auto path = path_of(reference), query = query_of(reference);
    const auto base_path = path_of(base);
    if (path.empty()) return std::string(base_path) + std::string(query.empty() ? query_of(base) : query);
    const auto folder = path.starts_with('/') ? "" : base_path.substr(0, base_path.rfind('/') + 1);
    return without_dots(std::string(folder) + std::string(path)) + std::string(query);
}

}  // namespace

// Written by hand, since Boost.URL 1.81 takes "http://a:b/" for the host a and the path "b/", and asserts at
// "po:?".
Result<HttpUrl> HttpUrl::parse(std::string_view text) {
    if (text.size() > longest_url) return bad(text, "is too long for a URL");
    const auto fixed = fixed_up(text);
    const std::string_view url(fixed);
    const auto slashes = url.find("//");
    const auto scheme = lowered(url.substr(0, slashes));
    if (slashes == url.npos || (scheme != "http:" && scheme != "https:"))
        return bad(text, "does not begin with http:// or https://");

    HttpUrl made;
    made.scheme_ = scheme == "https:" ? Scheme::https : Scheme::http;
    const auto authority_begin = slashes + 2;
    const auto path_begin = path_begin_of(url);
    auto authority = url.substr(authority_begin, path_begin - authority_begin);
    if (const auto at = authority.rfind('@'); at != authority.npos) {
        made.credentials_ = decoded_credentials(authority.substr(0, at));
        authority.remove_prefix(at + 1);
    }
    auto parts = split_authority(authority);
    if (!parts) return bad(text, "names no proper host");
    const auto own_port = made.is_https() ? std::uint16_t{443} : std::uint16_t{80};
    const auto port = parts->port.empty() ? own_port : parse_port(parts->port);
    if (!port) return bad(text, "has no proper port");
    made.host_ = std::move(parts->host);
    made.port_ = *port;
    const auto target = url.substr(path_begin);
    made.target_ = (target.starts_with('/') ? "" : "/") + std::string(target);
    return made;
}

Result<HttpUrl> HttpUrl::resolve(std::string_view reference) const {
    if (reference.size() > longest_url) return bad(reference, "is too long for a URL");
    const auto fixed = fixed_up(reference);
    if (!has_scheme(fixed) && !fixed.starts_with("//")) {
        auto there = *this;
        there.target_ = merged(target_, fixed);
        return there;
    }
    auto there = parse(has_scheme(fixed) ? fixed : (is_https() ? "https:" : "http:") + fixed);
    if (!there) return there;
    there->target_ = without_dots(path_of(there->target_)) + std::string(query_of(there->target_));
    if (there->same_origin(*this) && there->credentials_.empty()) there->credentials_ = credentials_;
    return there;
}

std::string HttpUrl::authority() const {
    const auto port = std::to_string(port_);
    return host_.find(':') == host_.npos ? host_ + ":" + port : "[" + host_ + "]:" + port;
}

std::string HttpUrl::host_field() const {
    auto text = authority();
    if (port_ == (is_https() ? 443 : 80)) text.resize(text.rfind(':'));
    return text;
}

std::string HttpUrl::str() const {
    return (is_https() ? "https://" : "http://") + host_field() + target_;
}

std::string HttpUrl::shown() const {
    return without_credentials(str());
}

bool HttpUrl::same_origin(const HttpUrl& other) const noexcept {
    return scheme_ == other.scheme_ && host_ == other.host_ && port_ == other.port_;
}

}  // namespace mirrorseed
