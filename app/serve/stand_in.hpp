// A catalogue that stands in for a damaged one, shared by the sources of all threads.
#pragma once

#include "core/log.hpp"
#include "core/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace mirrorseed::app {

// Device and inode.
using FileIdentity = std::pair<std::uint64_t, std::uint64_t>;

class StandIn {
public:
    using Time = std::chrono::steady_clock::time_point;
    using Build = std::function<Status(const std::string& file)>;
    using Now = std::function<Time()>;

    // `build` makes one at a place in a temporary folder. `log` outlives it.
    StandIn(Build build, const Log& log, Now now = std::chrono::steady_clock::now);
    ~StandIn();
    StandIn(const StandIn&) = delete;
    StandIn& operator=(const StandIn&) = delete;

    // Built when it is first asked for, and again when the damaged file is another one. What could not be
    // built, for want of room say, is not tried again at each request: throws what was wrong the last time.
    std::string file(FileIdentity damaged);

private:
    struct Failed {
        FileIdentity damaged;
        Time at;
        Error error;
    };
    Result<std::string> built_folder() const;

    Build build_;
    const Log& log_;
    Now now_;
    std::mutex mutex_;  // over what follows
    std::string folder_;
    FileIdentity damaged_{};
    std::optional<Failed> failed_;
};

}  // namespace mirrorseed::app
