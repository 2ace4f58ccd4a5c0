#include "core/http/http_client.hpp"

#include "core/http/http_fault.hpp"
#include "core/http/http_pool.hpp"
#include "core/http/http_redirect.hpp"
#include "core/http/tls.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace mirrorseed {
namespace asio = boost::asio;

struct HttpClient::State {
    State(HttpClientOptions wanted, TlsClient trust)
        : options(std::move(wanted)), tls(std::move(trust)), pool(options.kept_per_origin) {}

    // How far inside the address is that we speak to. A proxy may lead anywhere: all that it reaches by name
    // counts as outside.
    Reach reach_of_end(const HttpConnection& connection, const HttpUrl& url) const {
        boost::system::error_code code;
        const auto& proxy = options.route.manners.proxy;
        const auto address = proxy ? asio::ip::make_address(url.host(), code) : connection.address();
        return code ? Reach::internet : options.route.reach(address).value_or(Reach::internet);
    }
    Reach innermost_of_first() const {
        return options.private_addresses == PrivateAddresses::never ? Reach::internet : Reach::machine;
    }
    Reach innermost_after(Reach reach) const {
        return options.private_addresses == PrivateAddresses::allowed ? Reach::machine : reach;
    }

    asio::awaitable<Result<HttpResponse>> ask(HttpRequest request, HttpUrl url, Reach& innermost,
                                              Patience patience, HttpSink* sink);
    asio::awaitable<Result<HttpResponse>> ask_on(std::unique_ptr<HttpConnection>& connection,
                                                 HttpRequest request, HttpUrl url, Patience patience,
                                                 HttpSink* sink);
    asio::awaitable<Result<std::unique_ptr<HttpConnection>>> connect(HttpUrl url, HttpLimits limits,
                                                                     Reach innermost, Patience patience);

    HttpClientOptions options;
    TlsClient tls;
    HttpPool pool;
};

Result<HttpClient> HttpClient::make(HttpClientOptions options) {
    auto tls = TlsClient::make(options.ca_file);
    if (!tls) return tls.error();
    return HttpClient(std::make_unique<State>(std::move(options), std::move(*tls)));
}

HttpClient::HttpClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

asio::awaitable<Result<HttpResponse>> HttpClient::fetch(HttpRequest request, HttpSink* sink) {
    const auto now = std::chrono::steady_clock::now();
    const Patience patience{request.limits.silence,
                            request.limits.total ? now + *request.limits.total : Patience::Time::max()};
    auto url = request.url;
    auto innermost = state_->innermost_of_first();
    for (unsigned followed = 0;; ++followed) {
        auto response = co_await state_->ask(request, url, innermost, patience, sink);
        if (!response) co_return response.error().within(url.shown());
        response->redirects = followed;
        if (!is_redirect(response->status) || request.method == HttpMethod::post) co_return response;
        const auto location = response->field("location").value_or("");
        const auto next = next_hop(url, location, followed, request.limits.redirects);
        if (!next) co_return next.error();
        if (!next->same_origin(url)) request.fields = fields_for_strangers(request.fields);
        url = *next;
    }
}

// On a kept connection if there is one; that may have died, and then says nothing.
asio::awaitable<Result<HttpResponse>> HttpClient::State::ask(HttpRequest request, HttpUrl url,
                                                             Reach& innermost, Patience patience,
                                                             HttpSink* sink) {
    const auto allowed = innermost;
    auto fits = [&](const HttpConnection& kept) { return reach_of_end(kept, url) <= allowed; };
    auto connection = request.method == HttpMethod::post ? nullptr : pool.take(url, fits);
    if (connection) {
        innermost = innermost_after(reach_of_end(*connection, url));
        auto response = co_await ask_on(connection, request, url, patience, sink);
        const bool died = !response && !connection->was_answered() &&
                          http_fault_of(response.error()) == HttpFault::closed_early;
        if (!died) co_return response;
    }
    auto made = co_await connect(url, request.limits, allowed, patience);
    if (!made) co_return made.error();
    innermost = innermost_after(reach_of_end(**made, url));
    co_return co_await ask_on(*made, std::move(request), std::move(url), patience, sink);
}

asio::awaitable<Result<HttpResponse>> HttpClient::State::ask_on(std::unique_ptr<HttpConnection>& connection,
                                                                HttpRequest request, HttpUrl url,
                                                                Patience patience, HttpSink* sink) {
    auto head = request_head(request, url, options.route.manners);
    if (!head) co_return head.error();
    auto response = co_await connection->exchange(std::move(*head), std::move(request), url, patience, sink);
    if (response && connection->may_be_kept()) pool.keep(url, std::move(connection));
    co_return response;
}

asio::awaitable<Result<std::unique_ptr<HttpConnection>>> HttpClient::State::connect(HttpUrl url,
                                                                                    HttpLimits limits,
                                                                                    Reach innermost,
                                                                                    Patience patience) {
    patience.silence = limits.connect;
    auto stream = co_await http_connect(std::move(url), options.route, tls, innermost, patience);
    if (!stream) co_return stream.error();
    co_return std::make_unique<HttpConnection>(std::move(*stream));
}

struct BlockingHttpClient::State {
    explicit State(HttpClient made) : client(std::move(made)) {}

    asio::io_context context{1};
    HttpClient client;  // whose connections end before their context does
};

Result<BlockingHttpClient> BlockingHttpClient::make(HttpClientOptions options) {
    auto client = HttpClient::make(std::move(options));
    if (!client) return client.error();
    return BlockingHttpClient(std::make_unique<State>(std::move(*client)));
}

BlockingHttpClient::BlockingHttpClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
BlockingHttpClient::~BlockingHttpClient() = default;
BlockingHttpClient::BlockingHttpClient(BlockingHttpClient&&) noexcept = default;
BlockingHttpClient& BlockingHttpClient::operator=(BlockingHttpClient&&) noexcept = default;

Result<HttpResponse> BlockingHttpClient::fetch(HttpRequest request, HttpSink* sink, std::stop_token stop) {
    std::optional<Result<HttpResponse>> answer;
    std::exception_ptr escaped;
    asio::cancellation_signal cancel;
    auto ended = [&](const std::exception_ptr& error, Result<HttpResponse> response) {
        escaped = error;
        answer = std::move(response);
    };
    state_->context.restart();
    asio::co_spawn(state_->context, state_->client.fetch(std::move(request), sink),
                   asio::bind_cancellation_slot(cancel.slot(), ended));
    auto insist = [&] { cancel.emit(asio::cancellation_type::terminal); };
    {
        // Another thread may ask us to stop; the signal is emitted on ours.
        const std::stop_callback on_stop(stop, [&] { asio::post(state_->context, insist); });
        state_->context.run();
    }
    state_->context.restart();
    state_->context.poll();  // a stop that came too late must not meet the next fetch
    if (stop.stop_requested() && escaped) return http_error(HttpFault::stopped, "stopped");
    if (escaped) std::rethrow_exception(escaped);
    return std::move(*answer);
}

}  // namespace mirrorseed
