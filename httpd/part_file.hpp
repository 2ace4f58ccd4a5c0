// A file whose bytes still come, which readers may have as far as it has come.
//
// Nobody knows yet whether they are the right ones. So the end is kept back until
// that is known: who has all of it has what was asked for. Safe from any thread.
#pragma once

#include "httpd/open_files.hpp"

#include "core/units.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>

namespace mirrorseed::httpd {

enum class PartState {
    comes,
    whole,  // and what it should be
    broken  // no more of it comes, or it is another
};

inline constexpr Bytes kept_back = Bytes{64} << 10;

// Of a file of that size, `here` of which has come.
Bytes may_be_read(PartState state, Bytes here, Bytes size);

class PartFile {
public:
    using Time = std::chrono::steady_clock::time_point;

    PartFile(Descriptor file, Bytes here, Time now)
        : file_(std::make_shared<const Descriptor>(std::move(file))),
          here_(here),
          looked_(ticks(now)),
          grew_(ticks(now)) {}

    const SharedFile& file() const noexcept { return file_; }
    void ends(PartState state) noexcept { state_ = state; }

    struct View {
        PartState state = PartState::comes;
        Bytes may_be_read = 0;
        std::chrono::milliseconds stands_still{0};
    };
    View look(Bytes size, Time now) const;

private:
    static std::int64_t ticks(Time time) noexcept {
        return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
    }

    SharedFile file_;
    std::atomic<PartState> state_ = PartState::comes;
    mutable std::atomic<Bytes> here_;
    mutable std::atomic<std::int64_t> looked_, grew_;  // in milliseconds
};

}  // namespace mirrorseed::httpd
