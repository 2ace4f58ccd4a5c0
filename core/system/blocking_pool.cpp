#include "core/system/blocking_pool.hpp"

namespace mirrorseed {

BlockingPool::BlockingPool(std::size_t threads) : threads_(threads) {}

BlockingPool::~BlockingPool() {
    join();
}

void BlockingPool::join() {
    threads_.join();
}

}  // namespace mirrorseed
