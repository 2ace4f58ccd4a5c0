// A deadline for what has none of its own.
//
// Sockets use tcp_stream::expires_after; everything else that a coroutine waits
// for goes through before(). When the time is over the operation is cancelled and
// waited for, so it never outlives the call; an operation that cannot be cancelled
// makes the caller wait for it all the same.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <utility>

namespace mirrorseed {

// The operation's answer, or nothing when the deadline came first. What the operation throws in time is
// thrown here.
template <class T>
boost::asio::awaitable<std::optional<T>> before(std::chrono::steady_clock::time_point deadline,
                                                boost::asio::awaitable<T> operation) {
    namespace asio = boost::asio;
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, deadline);
    auto both = asio::experimental::make_parallel_group(
        asio::co_spawn(executor, std::move(operation), asio::deferred), timer.async_wait(asio::deferred));
    auto [order, escaped, answer, timer_code] =
        co_await both.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    if (order[0] != 0) co_return std::nullopt;
    if (escaped) std::rethrow_exception(escaped);
    co_return std::move(answer);
}

}  // namespace mirrorseed
