// The file that a job writes to what it brings, for those who read along while it comes.
#pragma once

#include "core/system/folder.hpp"

#include <mutex>
#include <optional>
#include <utility>

namespace mirrorseed::app {

// Safe from any thread.
class ComingPart {
public:
    // What comes goes there from now on.
    void begin(Descriptor part) {
        const std::lock_guard lock(mutex_);
        begun_ = std::move(part);
    }
    // What began since.
    std::optional<Descriptor> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(begun_, std::nullopt);
    }

private:
    std::mutex mutex_;
    std::optional<Descriptor> begun_;
};

}  // namespace mirrorseed::app
