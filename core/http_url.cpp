#include "core/http_url.hpp"

#include "core/shown_url.hpp"
#include "core/text.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>

namespace mirrorseed {
namespace urls = boost::urls;
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

// Brackets are for addresses, and an address ends where the path begins.
std::string fixed_up(std::string_view text) {
    text = text.substr(0, text.find('#'));
    const auto slashes = text.find("//");
    const auto path_begin =
        slashes == text.npos ? 0 : std::min(text.find_first_of("/?", slashes + 2), text.size());
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

std::string lower_case(std::string text) {
    for (auto& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
    return text;
}

std::string decoded(std::string_view text) {
    auto plain = percent_decode(text);
    return plain ? std::move(*plain) : std::string(text);
}

// Boost keeps what leads above the root, which RFC 3986 section 5.2.4 drops.
std::string below_root(std::string target) {
    while (target.starts_with("/../"))
        target.erase(0, 3);
    if (target == "/.." || target.starts_with("/..?")) target.erase(1, 2);
    return target;
}

std::string credentials_in(const urls::url_view& url) {
    if (!url.has_userinfo()) return {};
    auto text = decoded(std::string_view(url.encoded_user()));
    if (url.has_password()) text += ":" + decoded(std::string_view(url.encoded_password()));
    return text;
}

}  // namespace

Result<HttpUrl> HttpUrl::parse(std::string_view text) {
    if (text.size() > longest_url) return bad(text, "is too long for a URL");
    const auto fixed = fixed_up(text);
    const auto url = urls::parse_uri(fixed);
    if (!url) return bad(text, "is no URL");

    HttpUrl made;
    const auto scheme = lower_case(std::string(std::string_view(url->scheme())));
    if (scheme != "http" && scheme != "https") return bad(text, "does not begin with http:// or https://");
    made.scheme_ = scheme == "https" ? Scheme::https : Scheme::http;
    made.host_ = lower_case(std::string(std::string_view(url->encoded_host_address())));
    const auto kind = url->host_type();
    if (kind == urls::host_type::ipvfuture || (kind != urls::host_type::ipv6 && !is_host_name(made.host_)))
        return bad(text, "names no proper host");
    made.port_ = made.is_https() ? 443 : 80;
    if (url->has_port() && !std::string_view(url->port()).empty()) {
        made.port_ = url->port_number();
        if (made.port_ == 0) return bad(text, "has no proper port");
    }
    made.target_ = std::string(std::string_view(url->encoded_path()));
    if (made.target_.empty()) made.target_ = "/";
    // Boost 1.81 takes "http://a:b/" for the host a and the path "b/".
    if (!made.target_.starts_with('/')) return bad(text, "has no proper port");
    if (url->has_query()) made.target_ += "?" + std::string(std::string_view(url->encoded_query()));
    made.credentials_ = credentials_in(*url);
    return made;
}

Result<HttpUrl> HttpUrl::resolve(std::string_view reference) const {
    if (reference.size() > longest_url) return bad(reference, "is too long for a URL");
    const auto fixed = fixed_up(reference);
    const auto parsed = urls::parse_uri_reference(fixed);
    if (!parsed) return bad(reference, "is no URL");
    const auto here = str();
    const auto base = urls::parse_uri(here);
    if (!base) return bad(here, "is no URL");
    urls::url target;
    if (const auto resolved = urls::resolve(*base, *parsed, target); !resolved)
        return bad(reference, "is no URL");
    auto there = parse(std::string_view(target.buffer()));
    if (there) there->target_ = below_root(std::move(there->target_));
    if (there && there->same_origin(*this) && there->credentials_.empty()) there->credentials_ = credentials_;
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
