// Threads for work that blocks: hashing, SQLite, directory walks, reading files.
//
// `co_await pool.run(work)` calls work() on one of the pool's threads and resumes
// the coroutine on its own executor with the answer, or with what work() threw.
// Work that has begun cannot be cancelled, so a coroutine that waits for it
// always outlives it; `work` may therefore refer to the coroutine's locals.
//
// For that to hold at the very end too, the pool is destroyed before the
// io_context: declare it after the context. Its destructor waits for its threads.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstddef>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace mirrorseed {

class BlockingPool {
public:
    explicit BlockingPool(std::size_t threads);
    ~BlockingPool();
    BlockingPool(const BlockingPool&) = delete;
    BlockingPool& operator=(const BlockingPool&) = delete;

    // Name a capturing lambda before the statement that awaits this (GCC bug 107288).
    template <class Work>
    boost::asio::awaitable<std::invoke_result_t<Work&>> run(Work work) {
        using Answer = std::invoke_result_t<Work&>;
        if constexpr (std::is_void_v<Answer>) {
            auto answering = [&work] {
                work();
                return true;
            };
            co_await start(answering);
        } else {
            auto answer = co_await start(work);
            co_return std::move(*answer);
        }
    }

    // Without waiting for it. `work` throws nothing.
    template <class Work>
    void post(Work work) {
        boost::asio::post(threads_, std::move(work));
    }

    // Waits for what was started.
    void join();

private:
    template <class Work>
    auto start(Work& work) {
        using Answer = std::optional<std::invoke_result_t<Work&>>;
        auto initiate = [this, &work](auto handler) {
            // The caller's context has work to do as long as the pool works for it.
            auto guard = boost::asio::make_work_guard(boost::asio::get_associated_executor(handler));
            boost::asio::post(threads_,
                              [&work, guard = std::move(guard), handler = std::move(handler)]() mutable {
                                  Answer answer;
                                  std::exception_ptr escaped;
                                  try {
                                      answer.emplace(work());
                                  } catch (...) {
                                      escaped = std::current_exception();
                                  }
                                  const auto resumes_on = guard.get_executor();
                                  boost::asio::post(resumes_on, [escaped, answer = std::move(answer),
                                                                 handler = std::move(handler)]() mutable {
                                      std::move(handler)(escaped, std::move(answer));
                                  });
                              });
        };
        return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&,
                                           void(std::exception_ptr, Answer)>(std::move(initiate),
                                                                             boost::asio::use_awaitable);
    }

    boost::asio::thread_pool threads_;
};

}  // namespace mirrorseed
