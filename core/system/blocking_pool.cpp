#include "core/system/blocking_pool.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

namespace mirrorseed {

BlockingPool::BlockingPool(std::size_t threads)
    : size_(threads), threads_(std::make_unique<boost::asio::thread_pool>(threads)) {}

BlockingPool::~BlockingPool() {
    join();
}

void BlockingPool::post(std::function<void()> work) {
    ++waiting_;
    boost::asio::post(*threads_, [this, work = std::move(work)] {
        ++busy_;
        --waiting_;
        work();
        --busy_;
    });
}

void BlockingPool::join() {
    threads_->join();
}

}  // namespace mirrorseed
