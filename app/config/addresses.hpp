// Addresses as people write them: what we listen on, where upstreams and trackers are.
//
// A URL from a config may hold a password. No message and no page shows one:
// whatever is shown goes through without_credentials() first.
#pragma once

#include "core/result.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace mirrorseed::app {

// "[::]:8080", "127.0.0.1:8080", "unix:/run/mirrorseed.sock", or "fd:3", a socket that was passed.
struct ListenAddress {
    std::string host{};       // an IPv4 or IPv6 address, without brackets
    std::uint16_t port = 0;   // 0: the system chooses one
    std::string unix_path{};  // when it is not empty, host and port say nothing
    std::optional<int> fd{};  // likewise

    bool is_unix() const noexcept { return !unix_path.empty(); }
    std::string str() const;
    bool operator==(const ListenAddress&) const = default;
};

Result<ListenAddress> parse_listen_address(std::string_view text);

// A URL with a host and one of the schemes.
Status check_url(std::string_view url, std::initializer_list<std::string_view> schemes);

Status check_upstream_url(std::string_view url);  // rsync, http, https, or file with an absolute path
Status check_web_url(std::string_view url);       // http or https
Status check_tracker_url(std::string_view url);   // http, https, udp, ws or wss; commas join one tier
Status check_proxy_url(std::string_view url);     // http
Status check_host_and_port(std::string_view text);

// "10.0.0.1", "10.0.0.0/8", "fd00::/8"; "unix:" for Unix sockets.
Status check_network(std::string_view text);

}  // namespace mirrorseed::app
