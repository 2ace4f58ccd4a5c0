// Threads for work that blocks: look-ups in the catalogue, reading files, waiting for the disk.
//
// Work that has begun cannot be cancelled. The pool is destroyed before what its work refers to: its
// destructor waits for its threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>

namespace boost::asio {
class thread_pool;
}

namespace mirrorseed {

class BlockingPool {
public:
    explicit BlockingPool(std::size_t threads);
    ~BlockingPool();
    BlockingPool(const BlockingPool&) = delete;
    BlockingPool& operator=(const BlockingPool&) = delete;

    // From any thread, without waiting for it. `work` throws nothing.
    void post(std::function<void()> work);

    // Waits for what was posted.
    void join();

    struct Load {
        std::size_t threads = 0, busy = 0, waiting = 0;  // `waiting`: work that no thread has begun
    };
    // From any thread.
    Load load() const noexcept { return {size_, busy_, waiting_}; }

private:
    std::size_t size_;
    std::atomic<std::size_t> busy_ = 0, waiting_ = 0;
    std::unique_ptr<boost::asio::thread_pool> threads_;
};

}  // namespace mirrorseed
