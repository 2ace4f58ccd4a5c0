// Whether bytes of a file can be had without waiting for a disk.
#pragma once

#include "httpd/range.hpp"

#include "core/system/folder.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace mirrorseed::httpd {

// Where the kernel cannot tell, yes.
bool is_in_memory(const Descriptor& file, const Span& span);

// When the whole of a file was last seen in memory: what was there a moment ago is there. Safe from any
// thread.
class SeenInMemory {
public:
    SeenInMemory() = default;
    SeenInMemory(const SeenInMemory&) noexcept {}
    SeenInMemory& operator=(const SeenInMemory&) = delete;

    bool within_a_second(std::chrono::steady_clock::time_point now) const noexcept {
        return second_of(now) == second_.load(std::memory_order_relaxed);
    }
    void note(std::chrono::steady_clock::time_point now) const noexcept {
        second_.store(second_of(now), std::memory_order_relaxed);
    }

private:
    static std::int64_t second_of(std::chrono::steady_clock::time_point now) noexcept {
        return std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    }
    mutable std::atomic<std::int64_t> second_ = -1;
};

// Waits for the disk until the span is in memory, as far as the file has it.
void bring_into_memory(const Descriptor& file, const Span& span);

// Appends the whole span, or nothing when that would have to wait or the file has less.
bool append_at_once(std::string& to, const Descriptor& file, const Span& span);

}  // namespace mirrorseed::httpd
