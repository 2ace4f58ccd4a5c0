// From a URL to a connection: the name's addresses, which of them may be used, TCP, the proxy's tunnel, TLS.
//
// The question "may we connect to this address?" is asked of each address that a
// name resolved to, and the connection is then made to just that address; so a
// name that resolves differently a moment later gains nothing. A proxy resolves
// names for itself: by one, only addresses that stand in a URL can be judged.
#pragma once

#include "core/http/address_family.hpp"
#include "core/http/http_exchange.hpp"
#include "core/http/http_stream.hpp"
#include "core/http/reach.hpp"

#include <memory>
#include <vector>

namespace mirrorseed {

// How far inside an address is; another one than reach_of() only in tests.
using ReachOf = std::optional<Reach> (*)(const boost::asio::ip::address&);

struct HttpRoute {
    HttpManners manners{};
    AddressFamily family = AddressFamily::any;
    ReachOf reach = reach_of;
};

// Which of a name's addresses to try, in which order; an error when none is left. Pure.
Result<std::vector<boost::asio::ip::tcp::endpoint>> choose_endpoints(
    std::vector<boost::asio::ip::tcp::endpoint> found, const HttpRoute& route, Reach innermost,
    const std::string& host);

// `route` and `tls` outlive the call.
boost::asio::awaitable<Result<std::unique_ptr<HttpStream>>> http_connect(HttpUrl url, const HttpRoute& route,
                                                                         TlsClient& tls, Reach innermost,
                                                                         Patience patience);

}  // namespace mirrorseed
