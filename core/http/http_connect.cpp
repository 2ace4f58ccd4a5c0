#include "core/http/http_connect.hpp"

#include "core/http/deadline.hpp"
#include "core/http/http_fault.hpp"
#include "core/http/http_head.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>

namespace mirrorseed {
namespace asio = boost::asio;
using asio::ip::tcp;
using Endpoints = std::vector<tcp::endpoint>;
using StreamResult = Result<std::unique_ptr<HttpStream>>;
namespace {

bool fits(const tcp::endpoint& endpoint, AddressFamily family) {
    const bool four = endpoint.address().is_v4();
    return (family != AddressFamily::ipv4_only || four) && (family != AddressFamily::ipv6_only || !four);
}

void put_first(Endpoints& endpoints, AddressFamily family) {
    if (family != AddressFamily::ipv4_first && family != AddressFamily::ipv6_first) return;
    const auto goes_first = [&](const tcp::endpoint& endpoint) {
        return endpoint.address().is_v4() == (family == AddressFamily::ipv4_first);
    };
    std::stable_partition(endpoints.begin(), endpoints.end(),
                          goes_first);  // clang 14 fails on that of ranges
}

asio::awaitable<Result<Endpoints>> look_up(std::string host, std::uint16_t port) {
    tcp::resolver resolver(co_await asio::this_coro::executor);
    const auto [code, found] = co_await resolver.async_resolve(
        host, std::to_string(port), tcp::resolver::numeric_service, asio::as_tuple(asio::use_awaitable));
    if (code == asio::error::operation_aborted) co_return http_error(HttpFault::stopped, "stopped");
    if (code) co_return http_error(HttpFault::no_address, host + " has no address: " + code.message());
    Endpoints endpoints;
    for (const auto& entry : found)
        endpoints.push_back(entry.endpoint());
    co_return endpoints;
}

// An address that stands in a URL needs no look-up.
asio::awaitable<Result<Endpoints>> resolve(HttpUrl url, Patience patience) {
    boost::system::error_code code;
    const auto address = asio::ip::make_address(url.host(), code);
    if (!code) co_return Endpoints{tcp::endpoint(address, url.port())};
    auto found = co_await before(patience.next(), look_up(url.host(), url.port()));
    if (!found)
        co_return http_error(HttpFault::timed_out, "the address of " + url.host() + " did not come in time");
    co_return std::move(*found);
}

// The proxy's answer to CONNECT, read up to its empty line and no further: what follows is TLS.
asio::awaitable<Status> open_tunnel(HttpStream& stream, HttpUrl url, HttpManners manners, Patience patience) {
    const auto wish = connect_head(url, manners);
    const auto sent = co_await stream.write(asio::buffer(wish), patience);
    if (!sent) co_return sent.error();
    std::string head;
    std::array<char, 1024> piece{};
    while (head.find("\r\n\r\n") == head.npos) {
        const auto count = co_await stream.read_some(asio::buffer(piece), patience);
        if (!count) co_return count.error();
        if (*count == 0) co_return http_error(HttpFault::closed_early, "the proxy hung up");
        head.append(piece.data(), *count);
        if (head.size() > longest_response_head)
            co_return http_error(HttpFault::head_too_large, "the proxy's answer is too large");
    }
    if (const auto good = check_response_head(head); !good) co_return good.error().within("the proxy");
    const auto status = head.substr(9, 3);
    if (status[0] == '2') co_return Status();
    co_return http_error(HttpFault::no_connection,
                         "the proxy answered " + status + " when asked for " + url.authority());
}

// What is known of an address that a proxy would be asked for.
Status check_for_proxy(const HttpUrl& url, const HttpRoute& route, Reach innermost) {
    boost::system::error_code code;
    const auto address = asio::ip::make_address(url.host(), code);
    if (code) return {};
    const auto chosen = choose_endpoints({{address, url.port()}}, route, innermost, url.host());
    if (!chosen) return chosen.error();
    return {};
}

asio::awaitable<StreamResult> connect_plainly(HttpUrl url, const HttpRoute& route, Reach innermost,
                                              Patience patience) {
    const auto found = co_await resolve(url, patience);
    if (!found) co_return found.error();
    auto chosen = choose_endpoints(*found, route, innermost, url.host());
    if (!chosen) co_return chosen.error();
    co_return co_await HttpStream::connect(std::move(*chosen), url.authority(), patience);
}

asio::awaitable<StreamResult> connect_by_proxy(HttpUrl url, const HttpRoute& route, Reach innermost,
                                               Patience patience) {
    if (const auto allowed = check_for_proxy(url, route, innermost); !allowed) co_return allowed.error();
    auto stream = co_await connect_plainly(*route.manners.proxy, route, Reach::machine, patience);
    if (!stream) co_return stream.error().within("the proxy");
    if (url.is_https()) {
        const auto open = co_await open_tunnel(**stream, url, route.manners, patience);
        if (!open) co_return open.error();
    }
    co_return stream;
}

}  // namespace

Result<Endpoints> choose_endpoints(Endpoints found, const HttpRoute& route, Reach innermost,
                                   const std::string& host) {
    std::erase_if(found, [&](const tcp::endpoint& endpoint) { return !fits(endpoint, route.family); });
    if (found.empty())
        return http_error(HttpFault::no_address, host + " has no address of the family that was asked for");
    const auto forbidden = [&](const tcp::endpoint& endpoint) {
        const auto reach = route.reach(endpoint.address());
        return !reach || *reach > innermost;
    };
    const auto one = found.front().address().to_string();
    std::erase_if(found, forbidden);
    if (found.empty())
        return http_error(
            HttpFault::too_private,
            host + " is at " + one + ", a private address, where nothing from outside may lead");
    put_first(found, route.family);
    return found;
}

asio::awaitable<StreamResult> http_connect(HttpUrl url, const HttpRoute& route, TlsClient& tls,
                                           Reach innermost, Patience patience) {
    // The whole way shares one deadline; a step that hangs leaves nothing for the next.
    patience.end = patience.next();
    auto connecting = route.manners.proxy ? connect_by_proxy(url, route, innermost, patience)
                                          : connect_plainly(url, route, innermost, patience);
    auto stream = co_await std::move(connecting);
    if (!stream || !url.is_https()) co_return stream;
    co_return co_await HttpStream::secure(std::move(*stream), tls, url.host(), patience);
}

}  // namespace mirrorseed
