#include "core/system/blocking_pool.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

namespace mirrorseed {

BlockingPool::BlockingPool(std::size_t threads)
    : threads_(std::make_unique<boost::asio::thread_pool>(threads)) {}

BlockingPool::~BlockingPool() {
    join();
}

void BlockingPool::post(std::function<void()> work) {
    boost::asio::post(*threads_, std::move(work));
}

void BlockingPool::join() {
    threads_->join();
}

}  // namespace mirrorseed
