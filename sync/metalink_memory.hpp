// What metalinks said a while ago, for who asks for one file of many and need not ask for its metalink each
// time.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace mirrorseed::sync {

// Of those that the config names, so there are few. Safe from any thread.
class MetalinkMemory {
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::hours good_for{1};

    void note(const std::string& url, std::string text, Time now) {
        const std::lock_guard lock(mutex_);
        told_.insert_or_assign(url, Told{std::move(text), now});
    }
    std::optional<std::string> find(const std::string& url, Time now) const {
        const std::lock_guard lock(mutex_);
        const auto told = told_.find(url);
        if (told == told_.end() || now - told->second.when >= good_for) return std::nullopt;
        return told->second.text;
    }

private:
    struct Told {
        std::string text;
        Time when;
    };
    mutable std::mutex mutex_;
    std::map<std::string, Told> told_;
};

}  // namespace mirrorseed::sync
