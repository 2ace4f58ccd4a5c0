// Sources that wait for the next request, so that each pool thread has one to itself and none is opened
// twice.
//
// Safe from any thread. A source whose use ended in an exception is not put back:
// the next request opens a fresh one, which gets over a catalogue that was replaced.
#pragma once

#include "httpd/source.hpp"

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace mirrorseed::httpd {

class SourceShelf {
public:
    explicit SourceShelf(SourceFactory make) : make_(std::move(make)) {}

    template <class Use>
    auto with(Use use) {
        auto source = take();
        auto answer = use(*source);
        put_back(std::move(source));
        return answer;
    }

    // Opens one and keeps it, so that what is wrong with the place is known before anybody asks.
    void prepare() { put_back(take()); }

private:
    std::unique_ptr<Source> take() {
        {
            const std::lock_guard lock(mutex_);
            if (!waiting_.empty()) {
                auto source = std::move(waiting_.back());
                waiting_.pop_back();
                return source;
            }
        }
        return make_();
    }

    void put_back(std::unique_ptr<Source> source) {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(source));
    }

    SourceFactory make_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Source>> waiting_;
};

}  // namespace mirrorseed::httpd
