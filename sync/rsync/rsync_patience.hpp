// How long a run of rsync may rightly say nothing. Pure: whoever runs it tells what came when.
//
// rsync's own --timeout ends a server that is silent before the first file, and was
// seen to wait for ever on one that stops within a file (3.5.0). But rsync is also
// silent for good reasons: while the server looks at the names, while it reads what a
// delta begins from, and during a file whose progress nobody asked for.
#pragma once

#include "core/units.hpp"

#include <algorithm>
#include <chrono>

namespace mirrorseed::sync {

class RsyncPatience {
public:
    using Time = std::chrono::steady_clock::time_point;
    struct Run {
        std::size_t files = 0;
        Bytes largest_old{};     // that a delta begins from
        Bytes largest_untold{};  // file that comes without a word
        Rate limit{};
        std::chrono::seconds timeout{30};
    };

    RsyncPatience(const Run& run, Time begin)
        : quiet_(run.timeout + seconds_for(run.largest_old, slow_disk) +
                 seconds_for(run.largest_untold, slower(run.limit))),
          heard_(begin + static_cast<int>(run.files) * slow_look) {}

    // False when nothing came for too long.
    bool goes_on(Bytes came, Time now) noexcept {
        if (came > 0) heard_ = std::max(heard_, now);
        return now - heard_ <= quiet_;
    }
    std::chrono::seconds quiet() const noexcept { return quiet_; }

private:
    static constexpr Bytes slow_disk = Bytes{16} << 20;        // a second
    static constexpr Bytes slow_line = Bytes{64} << 10;        // the same
    static constexpr std::chrono::milliseconds slow_look{10};  // at one name, on a busy disk

    static std::chrono::seconds seconds_for(Bytes bytes, Bytes each_second) {
        return std::chrono::seconds(bytes / each_second);
    }
    // A limit is kept over a while, so a file may take twice its time.
    static Bytes slower(Rate limit) {
        return limit.unlimited() ? slow_line : std::clamp<Bytes>(limit.bytes_per_second / 2, 1, slow_line);
    }

    std::chrono::seconds quiet_;
    Time heard_;
};

}  // namespace mirrorseed::sync
