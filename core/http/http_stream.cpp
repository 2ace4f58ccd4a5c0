#include "core/http/http_stream.hpp"

#include "core/http/http_fault.hpp"
#include "core/http/tls.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <algorithm>
#include <cerrno>
#include <type_traits>
#include <utility>

#include <sys/socket.h>

namespace mirrorseed {
namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;
namespace {

constexpr auto as_code = asio::as_tuple(asio::use_awaitable);

using TlsStream = asio::ssl::stream<beast::tcp_stream>;

// Of a stream that is const or not.
template <class Stream>
auto& tcp_of(Stream& stream) {
    if constexpr (std::is_same_v<std::remove_const_t<Stream>, TlsStream>)
        return stream.next_layer();
    else
        return stream;
}

Error trouble(const std::string& peer, HttpFault otherwise, const error_code& code) {
    if (code == beast::error::timeout)
        return http_error(HttpFault::timed_out, peer + " did not answer in time");
    if (code == asio::error::operation_aborted) return http_error(HttpFault::stopped, "stopped");
    return http_error(otherwise, peer + ": " + code.message());
}

template <class Stream>
class StreamOver final : public HttpStream {
public:
    StreamOver(Stream stream, std::string peer) : stream_(std::move(stream)), peer_(std::move(peer)) {}

    asio::awaitable<Result<std::size_t>> read_some(asio::mutable_buffer into, Patience patience) override {
        tcp_of(stream_).expires_at(patience.next());
        const auto [code, count] = co_await stream_.async_read_some(into, as_code);
        // A TLS stream that ends without saying so may have been cut by anybody: that is an error below.
        if (code == asio::error::eof) co_return std::size_t{0};
        if (code) co_return trouble(peer_, HttpFault::closed_early, code);
        co_return count;
    }

    asio::awaitable<Status> write(asio::const_buffer bytes, Patience patience) override {
        tcp_of(stream_).expires_at(patience.next());
        const auto [code, count] = co_await asio::async_write(stream_, bytes, as_code);
        if (code) co_return trouble(peer_, HttpFault::closed_early, code);
        co_return Status();
    }

    bool is_quiet() override {
        char byte = 0;
        const auto seen = ::recv(tcp_of(stream_).socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        return seen < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    }

    asio::ip::address address() const override {
        error_code code;
        return tcp_of(stream_).socket().remote_endpoint(code).address();
    }

    Stream& stream() noexcept { return stream_; }

private:
    Stream stream_;
    std::string peer_;
};

using Plain = StreamOver<beast::tcp_stream>;
using Secure = StreamOver<TlsStream>;

}  // namespace

asio::awaitable<Result<std::unique_ptr<HttpStream>>> HttpStream::connect(std::vector<tcp::endpoint> endpoints,
                                                                         std::string peer,
                                                                         Patience patience) {
    const auto executor = co_await asio::this_coro::executor;
    Error last = http_error(HttpFault::no_connection, peer + " has no address to connect to");
    for (std::size_t at = 0; at < endpoints.size(); ++at) {
        beast::tcp_stream stream(executor);
        const auto left = patience.next() - std::chrono::steady_clock::now();
        const bool is_last = at + 1 == endpoints.size();
        stream.expires_after(is_last ? left : left / 2);
        const auto started = std::chrono::steady_clock::now();
        const auto [code] = co_await stream.async_connect(endpoints[at], as_code);
        if (!code) {
            error_code ignored;
            stream.socket().set_option(tcp::no_delay(true), ignored);
            co_return std::make_unique<Plain>(std::move(stream), std::move(peer));
        }
        last = trouble(peer, HttpFault::no_connection, code);
        if (code == asio::error::operation_aborted) break;
        patience.silence -= std::min(patience.silence, std::chrono::steady_clock::now() - started);
    }
    co_return last;
}

asio::awaitable<Result<std::unique_ptr<HttpStream>>> HttpStream::secure(std::unique_ptr<HttpStream> plain,
                                                                        TlsClient& tls, std::string host,
                                                                        Patience patience) {
    auto& tcp = static_cast<Plain&>(*plain).stream();
    TlsStream stream(std::move(tcp), tls.context());
    if (const auto set = TlsClient::expect_host(stream.native_handle(), host); !set) co_return set.error();
    stream.next_layer().expires_at(patience.next());
    const auto [code] = co_await stream.async_handshake(asio::ssl::stream_base::client, as_code);
    if (code == beast::error::timeout || code == asio::error::operation_aborted)
        co_return trouble(host, HttpFault::no_tls, code);
    if (code) co_return TlsClient::why_failed(stream.native_handle(), host, code);
    co_return std::make_unique<Secure>(std::move(stream), std::move(host));
}

}  // namespace mirrorseed
