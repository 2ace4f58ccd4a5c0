// The bytes of one connection, with TLS or without, and a deadline on every wait.
//
// A time that is over ends the stream for good: what was under way is cancelled
// and the answer is HttpFault::timed_out. Errors name the peer. Used from one
// thread, one read or write at a time.
#pragma once

#include "core/result.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace mirrorseed {

class TlsClient;

// How long one may be kept waiting: for the next byte, and for all of them.
struct Patience {
    using Time = std::chrono::steady_clock::time_point;
    std::chrono::steady_clock::duration silence{std::chrono::seconds(30)};
    Time end = Time::max();

    Time next() const noexcept { return until(silence); }
    Time until(std::chrono::steady_clock::duration at_most) const noexcept {
        const auto now = std::chrono::steady_clock::now();
        return end - now < at_most ? end : now + at_most;
    }
    // For what comes in several reads and is of no use before the last of them: once to think, once to speak.
    Patience for_all_of_it() const noexcept { return {silence, until(2 * silence)}; }
};

class HttpStream {
public:
    virtual ~HttpStream() = default;

    // 0 bytes when the other side has ended in good order.
    virtual boost::asio::awaitable<Result<std::size_t>> read_some(boost::asio::mutable_buffer into,
                                                                  Patience patience) = 0;
    virtual boost::asio::awaitable<Status> write(boost::asio::const_buffer bytes, Patience patience) = 0;
    // Nothing has come and nobody has hung up: fit to carry another request.
    virtual bool is_quiet() = 0;
    // Of the other end; unspecified when there is none any more.
    virtual boost::asio::ip::address address() const = 0;

    // To the first of the endpoints that answers; each attempt but the last gets half of what time is left.
    static boost::asio::awaitable<Result<std::unique_ptr<HttpStream>>> connect(
        std::vector<boost::asio::ip::tcp::endpoint> endpoints, std::string peer, Patience patience);
    // TLS over a plain stream, which is used up.
    static boost::asio::awaitable<Result<std::unique_ptr<HttpStream>>> secure(
        std::unique_ptr<HttpStream> plain, TlsClient& tls, std::string host, Patience patience);
};

}  // namespace mirrorseed
