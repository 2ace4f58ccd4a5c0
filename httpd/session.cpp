#include "httpd/session.hpp"

#include "httpd/request_check.hpp"
#include "httpd/send.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace mirrorseed::httpd {
namespace asio = boost::asio;
namespace {

using std::chrono::steady_clock;

constexpr Bytes longest_drained_body = 64 << 10;
constexpr Bytes longest_lingering = 64 << 10;
constexpr std::chrono::seconds lingering(2);

enum class Next { another, linger, gone };

class Session {
public:
    Session(Socket socket, Peer peer, SessionWorld& world)
        : stream_(std::move(socket)), peer_(std::move(peer)), world_(world) {}

    asio::awaitable<void> run() {
        auto next = Next::another;
        while (next == Next::another)
            next = co_await serve_one();
        if (next == Next::linger) co_await linger();
    }

private:
    asio::awaitable<Next> serve_one() {
        const auto head = co_await read_head();
        if (!head) co_return Next::gone;
        began_ = steady_clock::now();
        if (head->status != 0) co_return co_await refuse(head->status, {});

        const auto text = received_.substr(head->skip, head->length);
        received_.erase(0, head->skip + head->length);
        const auto verdict = check_request_head(text);
        if (verdict.status != 0) co_return co_await refuse(verdict.status, verdict.reason);
        const auto request = parse_request(text);
        if (!request) co_return co_await refuse(400, {});
        co_return co_await answer(*request, verdict);
    }

    // What has come of the next head; nothing when the peer is gone or silent.
    asio::awaitable<std::optional<HeadProgress>> read_head() {
        auto deadline =
            steady_clock::now() + (first_ || !received_.empty() ? world_.head_timeout : world_.idle_timeout);
        first_ = false;
        for (;;) {
            const auto progress = look_for_head(received_);
            if (progress.status != 0 || progress.length > 0) co_return progress;
            const bool idle = received_.empty();
            if (idle && world_.draining) co_return std::nullopt;
            // Between requests, and only there, the server may ask this connection to end.
            if (idle) co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
            const auto count = co_await read_some(deadline);
            if (count == 0) co_return std::nullopt;
            if (idle)
                co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
            if (idle) deadline = steady_clock::now() + world_.head_timeout;
        }
    }

    // Appends to what was received; 0 when there will be no more.
    asio::awaitable<std::size_t> read_some(steady_clock::time_point deadline) {
        stream_.expires_at(deadline);
        const auto [code, count] =
            co_await stream_.async_read_some(asio::buffer(buffer_), asio::as_tuple(asio::use_awaitable));
        if (code) co_return 0;
        received_.append(buffer_.data(), count);
        co_return count;
    }

    asio::awaitable<Next> answer(const Request& request, const HeadVerdict& verdict) {
        const bool drained = co_await drain_body(request, verdict);
        auto reply = unreadable_body(request, verdict);
        if (drained || !reply) {
            auto work = [this, &request] { return reply_to(request); };
            reply = co_await world_.pool.run(work);
        }
        const bool goes_on = drained && request.keep_alive && !world_.draining;
        co_return co_await send(request, *reply, goes_on ? AfterAnswer::keep_alive : AfterAnswer::close);
    }

    // On a pool thread. A source that throws is a broken world for this request alone.
    Reply reply_to(const Request& request) {
        try {
            return world_.shelf.with([&](Source& source) {
                return handle_request(request, peer_, source, world_.site, world_.clock());
            });
        } catch (const std::exception& error) {
            world_.log.error("cannot answer {} {}: {}", outside(request.method_text), outside(request.target),
                             outside(error.what()));
            return refusal(request, 500, {});
        }
    }

    Reply refusal(const Request& request, unsigned status, std::string_view reason) const {
        const Circumstances around{.now = world_.clock(), .boundary = {}, .cors = world_.site.cors};
        return {respond_with_refusal(request, status, reason, around), {}, {}};
    }

    // Nothing here wants a body. A short one is taken off the wire; a long or chunked one ends the
    // connection, so that none of it can be taken for a request.
    asio::awaitable<bool> drain_body(const Request& request, const HeadVerdict& verdict) {
        if (verdict.body == HeadVerdict::Body::none) co_return true;
        const bool fits =
            verdict.body == HeadVerdict::Body::sized && verdict.body_size <= longest_drained_body;
        if (!fits || request.expects_continue) co_return false;
        const auto size = static_cast<std::size_t>(verdict.body_size);
        const auto deadline = steady_clock::now() + world_.head_timeout;
        while (received_.size() < size) {
            const auto count = co_await read_some(deadline);
            if (count == 0) co_return false;
        }
        received_.erase(0, size);
        co_return true;
    }

    std::optional<Reply> unreadable_body(const Request& request, const HeadVerdict& verdict) const {
        if (request.method != Method::get && request.method != Method::head) return std::nullopt;
        if (verdict.body == HeadVerdict::Body::chunked) return refusal(request, 411, {});
        return refusal(request, 413, {});
    }

    asio::awaitable<Next> refuse(unsigned status, std::string_view reason) {
        const Request unread;
        const auto reply = refusal(unread, status, reason);
        co_return co_await send(unread, reply, AfterAnswer::close);
    }

    asio::awaitable<Next> send(const Request& request, const Reply& reply, AfterAnswer after) {
        auto head = head_text(reply.answer, after, world_.clock());
        const auto head_size = head.size();
        const auto sent =
            co_await send_reply(stream_, std::move(head), reply, world_.pool, world_.idle_timeout);
        world_.requests += 1;
        world_.bytes_sent += sent.bytes;
        log_access(request, reply, sent.bytes > head_size ? sent.bytes - head_size : 0);
        if (sent.outcome == Sent::Outcome::content_failed)
            world_.log.error("{} broke off: {}", outside(request.target), outside(sent.fault));
        if (sent.outcome != Sent::Outcome::done) co_return Next::gone;
        co_return after == AfterAnswer::close ? Next::linger : Next::another;
    }

    void log_access(const Request& request, const Reply& reply, Bytes body_bytes) {
        const auto took = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - began_);
        world_.access_log.write({.time = world_.clock(),
                                 .remote = peer_.address,
                                 .method = request.method_text,
                                 .target = request.target,
                                 .version = request.version,
                                 .referer = request.referer.value_or(""),
                                 .user_agent = request.user_agent.value_or(""),
                                 .range = request.range.value_or(""),
                                 .status = reply.answer.status,
                                 .body_bytes = body_bytes,
                                 .took = took});
    }

    // A socket that is closed with bytes unread resets the connection and takes the answer with it (RFC 9112
    // section 9.6), so what the peer still sends is read for a while.
    asio::awaitable<void> linger() {
        boost::system::error_code ignored;
        stream_.socket().shutdown(Socket::shutdown_send, ignored);
        const auto deadline = steady_clock::now() + lingering;
        for (Bytes drained = 0; drained < longest_lingering;) {
            received_.clear();
            const auto count = co_await read_some(deadline);
            if (count == 0) break;
            drained += count;
        }
    }

    Stream stream_;
    Peer peer_;
    SessionWorld& world_;
    std::string received_;  // and not yet used
    std::array<char, 4096> buffer_;
    steady_clock::time_point began_;
    bool first_ = true;
};

}  // namespace

asio::awaitable<void> serve_connection(Socket socket, Peer peer, SessionWorld& world) {
    Session session(std::move(socket), std::move(peer), world);
    ++world.connections;
    co_await session.run();
}

}  // namespace mirrorseed::httpd
