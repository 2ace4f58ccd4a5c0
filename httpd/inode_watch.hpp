// Whether an open file is still what was found: its inode has the size and time that it had then.
//
// Asked at each use, it looks at the inode once a second at most. Safe from any thread.
#pragma once

#include "core/system/folder.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>

namespace mirrorseed::httpd {

class InodeWatch {
public:
    // Nothing is looked at, and all is as it was.
    InodeWatch() = default;
    explicit InodeWatch(const FileFacts& found)
        : is_watching_(true), size_(found.size), mtime_(found.mtime.nanoseconds) {}
    InodeWatch(const InodeWatch& other) noexcept;
    InodeWatch& operator=(const InodeWatch& other) noexcept;

    bool is_as_found(const Descriptor& file, std::chrono::steady_clock::time_point now) const noexcept {
        if (!is_watching_) return true;
        const auto second = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
        if (second != looked_in_.load(std::memory_order_relaxed)) {
            looked_in_.store(second, std::memory_order_relaxed);
            look(file);
        }
        return is_as_seen();
    }
    bool is_as_seen() const noexcept { return !is_another_.load(std::memory_order_relaxed); }
    // At once.
    void look(const Descriptor& file) const noexcept;
    // What is another inode's time is as good.
    void accept(const FileFacts& as_it_is) const noexcept;

private:
    bool is_watching_ = false;
    Bytes size_ = 0;
    mutable std::atomic<std::int64_t> mtime_ = 0;  // in nanoseconds
    mutable std::atomic<std::int64_t> looked_in_ = -1;
    mutable std::atomic<bool> is_another_ = false;
};

}  // namespace mirrorseed::httpd
