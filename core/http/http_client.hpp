// Asks web servers for things: index pages and signatures into memory, files of any size into a sink.
//
// Connections are kept and used again, some for each origin; a request that finds
// its kept connection dead is sent once more on a new one. Redirects are followed
// within limits, and never to an address that is further inside than the one they
// came from (core/http/reach.hpp) unless private addresses are allowed; nor is the first one, where they
// never are. Answers with a status such as 404 are answers; an Error is what http_fault_of() knows, or what
// the sink said.
//
// A client lives on one thread (or strand): any number of its fetches may be under
// way there at once, each on a connection of its own. How many there may be for
// one server is for the caller to say. Cancelling the coroutine ends its fetch
// with HttpFault::stopped or, as Asio does it, with an exception.
#pragma once

#include "core/http/http_connect.hpp"
#include "core/http/http_exchange.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <stop_token>
#include <string>

namespace mirrorseed {

// never: only the internet is asked, as where a stranger chose the URL.
enum class PrivateAddresses { never, not_from_outside, allowed };

struct HttpClientOptions {
    HttpRoute route{};  // user agent, proxy, IPv4 or IPv6
    PrivateAddresses private_addresses = PrivateAddresses::not_from_outside;
    std::string ca_file{};  // trusted besides the system's certificates
    std::size_t kept_per_origin = 8;
};

class HttpClient {
public:
    static Result<HttpClient> make(HttpClientOptions options);
    ~HttpClient();
    HttpClient(HttpClient&&) noexcept;
    HttpClient& operator=(HttpClient&&) noexcept;

    // The client and the sink outlive the fetch.
    boost::asio::awaitable<Result<HttpResponse>> fetch(HttpRequest request, HttpSink* sink = nullptr);

private:
    struct State;
    explicit HttpClient(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// The same for code that has no event loop: one fetch after the other, each to its end. Connections are kept
// from one to the next.
class BlockingHttpClient {
public:
    static Result<BlockingHttpClient> make(HttpClientOptions options);
    ~BlockingHttpClient();
    BlockingHttpClient(BlockingHttpClient&&) noexcept;
    BlockingHttpClient& operator=(BlockingHttpClient&&) noexcept;

    Result<HttpResponse> fetch(HttpRequest request, HttpSink* sink = nullptr, std::stop_token stop = {});

private:
    struct State;
    explicit BlockingHttpClient(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace mirrorseed
