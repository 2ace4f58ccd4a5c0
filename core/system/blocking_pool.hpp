// Threads for work that blocks: look-ups in the catalogue, reading files, waiting for the disk.
//
// Work that has begun cannot be cancelled. The pool is destroyed before what its work refers to: its
// destructor waits for its threads.
#pragma once

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

private:
    std::unique_ptr<boost::asio::thread_pool> threads_;
};

}  // namespace mirrorseed
