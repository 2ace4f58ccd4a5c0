// Whom a request comes from when proxies stand between: the PROXY protocol at the beginning of a connection,
// and X-Forwarded-For in a request. Only a trusted proxy is believed whom it speaks for. Pure.
#pragma once

#include "httpd/networks.hpp"

#include <optional>
#include <string_view>

namespace mirrorseed::httpd {

// The last address in the list that is no trusted proxy's; nothing when there is none, or when one is
// misspelt.
std::optional<PeerAddress> forwarded_for(std::string_view field, const Networks& trusted);

// Where a tracker's peer is: the connection's other end; where that is a trusted proxy, whom it speaks for.
// Nothing for a proxy that does not tell, and for a Unix socket.
std::optional<PeerAddress> announcer(const PeerAddress& peer, bool is_proxy,
                                     const std::optional<std::string_view>& field, const Networks& trusted);

// One that proxies and no clients put into a request, whatever it says: somebody passed the request on.
bool is_forwarding_field(std::string_view name);

struct ProxyHeader {
    enum class State { incomplete, good, bad };
    State state = State::incomplete;
    std::size_t size = 0;                 // of a good one; what the client itself sends comes behind it
    std::optional<PeerAddress> client{};  // none when the proxy speaks for itself, a check of health say
};
constexpr std::size_t longest_proxy_header = 536;
// Version 1 or 2. Never incomplete at that length.
ProxyHeader parse_proxy_header(std::string_view received);

}  // namespace mirrorseed::httpd
