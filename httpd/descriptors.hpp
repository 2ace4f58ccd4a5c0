// How many descriptors there are, and who may take one more.
//
// A connection takes one, and one more while it is sent a file. So whoever wants a
// file is counted twice, beyond which nobody is let in, and some are kept for those
// who were let in and ask later: however many others never read, they are served.
// Beside these, files are kept open for the next who asks, as long as nobody wants
// their place. Safe from any thread.
#pragma once

#include "httpd/open_files.hpp"

#include <atomic>
#include <cstddef>

namespace mirrorseed::httpd {

// What a server has besides connections and the files that they are sent.
struct DescriptorUse {
    std::size_t loops = 1, addresses = 1, sources = 1, of_source = 1;
};

struct DescriptorShares {
    std::size_t most = 2;       // sockets and files together
    std::size_t for_files = 1;  // of these, never a socket's
    std::size_t cached = 1;     // files that one loop keeps for the next who asks
    std::size_t for_connections() const noexcept { return most - for_files; }
};

// `limit`: what the process may have open.
DescriptorShares share_out(std::size_t limit, const DescriptorUse& use);

class Descriptors {
public:
    explicit Descriptors(DescriptorShares shares) : shares_(shares) {}

    const DescriptorShares& shares() const noexcept { return shares_; }
    // For a socket and a file.
    bool has_room_for_connection() const noexcept {
        return promised() + 2 <= shares_.for_connections() && has_room_for_file();
    }
    // For one more that wants a file.
    bool has_room_for_want() const noexcept { return promised() < shares_.most; }
    // At this moment.
    bool has_room_for_file() const noexcept { return taken() < shares_.most; }

    void add_connection() noexcept { add(connections_); }
    void drop_connection() noexcept { drop(connections_); }
    // A connection that wants a file, until nothing of it is left to send.
    void add_want() noexcept { add(wants_); }
    void drop_want() noexcept { drop(wants_); }
    // A look-up, which may open a file.
    void begin_look_up() noexcept { add(looking_); }
    void end_look_up() noexcept { drop(looking_); }
    OpenFiles& files() noexcept { return files_; }
    std::size_t open_files() const noexcept { return files_.count(); }

private:
    using Count = std::atomic<std::size_t>;
    static void add(Count& count) noexcept { count.fetch_add(1, std::memory_order_relaxed); }
    static void drop(Count& count) noexcept { count.fetch_sub(1, std::memory_order_relaxed); }
    static std::size_t value(const Count& count) noexcept { return count.load(std::memory_order_relaxed); }
    std::size_t promised() const noexcept { return value(connections_) + value(wants_); }
    std::size_t taken() const noexcept { return value(connections_) + value(looking_) + files_.count(); }

    const DescriptorShares shares_;
    Count connections_ = 0, wants_ = 0, looking_ = 0;
    OpenFiles files_;
};

}  // namespace mirrorseed::httpd
