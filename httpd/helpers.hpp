// The threads that wait so that no event loop has to, apart by what they wait for: a slow disk keeps nobody
// from a listing, and a question to the keeper nobody from a file.
#pragma once

#include "httpd/resource.hpp"

#include "core/system/blocking_pool.hpp"

#include <cstddef>

namespace mirrorseed::httpd {

// What has to be waited for to answer.
enum class WaitsFor {
    nothing,
    source,  // the catalogue, or names on the disk
    status   // whatever the status and the metrics are asked of
};
WaitsFor what_it_waits_for(const Wanted& wanted);

// Reads that are under way at a time. `asked` 0 leaves it to the machine; a disk is busiest with a few of
// them.
std::size_t disk_readers_of(std::size_t asked, std::size_t cores);

struct Helpers {
    struct Threads {
        std::size_t look_ups = 4, disk_readers = 32, status = 2;
    };
    explicit Helpers(const Threads& threads)
        : look_ups(threads.look_ups), disk_readers(threads.disk_readers), status(threads.status) {}

    BlockingPool look_ups;
    BlockingPool disk_readers;  // of what sendfile would have to wait for
    BlockingPool status;        // and small chores

    // Waits for what was posted.
    void join();
};

}  // namespace mirrorseed::httpd
