// An http or https URL in parts, each in the form that goes on the wire.
//
// URLs come from configs, torrents and Location fields, not always spelled as
// RFC 3986 wants. parse() escapes what may not stand in a URL (blanks, control
// bytes, bytes beyond ASCII, a lone '%'), so no part can break a request line or
// a header; what is escaped already stays as it is, dots in paths too. A fragment
// is cut off. Text for people comes from shown() alone, which hides credentials.
#pragma once

#include "core/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mirrorseed {

class HttpUrl {
public:
    enum class Scheme { http, https };

    HttpUrl() = default;  // names no host; Asio asks for it where a coroutine answers with one
    static Result<HttpUrl> parse(std::string_view text);
    // What a Location field means that came from here (RFC 3986 section 5). Credentials stay at their origin.
    Result<HttpUrl> resolve(std::string_view reference) const;

    Scheme scheme() const noexcept { return scheme_; }
    bool is_https() const noexcept { return scheme_ == Scheme::https; }
    const std::string& host() const noexcept { return host_; }  // lower case; IPv6 without brackets
    std::uint16_t port() const noexcept { return port_; }
    const std::string& target() const noexcept { return target_; }  // "/path?query"
    // Decoded "user:password"; empty without.
    const std::string& credentials() const noexcept { return credentials_; }

    std::string authority() const;   // "host:port" with the port always, as CONNECT wants it
    std::string host_field() const;  // "host", or "host:port" where it is not the scheme's own
    std::string str() const;         // without credentials, but with the query
    std::string shown() const;       // for people

    bool same_origin(const HttpUrl& other) const noexcept;
    bool operator==(const HttpUrl&) const = default;

private:
    Scheme scheme_ = Scheme::http;
    std::string host_;
    std::uint16_t port_ = 80;
    std::string target_ = "/";
    std::string credentials_;
};

}  // namespace mirrorseed
