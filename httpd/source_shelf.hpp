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
        auto taken = take();
        auto answer = use(*taken.source);
        put_back(std::move(taken));
        return answer;
    }

    // Opens one and keeps it, so that what is wrong with the place is known before anybody asks.
    void prepare() { put_back(take()); }

    // From now on sources are made in another way; those in use are let go when they have answered.
    void change(SourceFactory make) {
        std::vector<std::unique_ptr<Source>> old;
        const std::lock_guard lock(mutex_);
        make_ = std::move(make);
        ++change_;
        old.swap(waiting_);
    }

private:
    struct Taken {
        std::unique_ptr<Source> source;
        unsigned change = 0;  // after which it was made
    };

    Taken take() {
        std::unique_lock lock(mutex_);
        Taken taken{.source = {}, .change = change_};
        if (!waiting_.empty()) {
            taken.source = std::move(waiting_.back());
            waiting_.pop_back();
            return taken;
        }
        const auto make = make_;
        lock.unlock();
        taken.source = make();
        return taken;
    }

    void put_back(Taken taken) {
        const std::lock_guard lock(mutex_);
        if (taken.change == change_) waiting_.push_back(std::move(taken.source));
    }

    std::mutex mutex_;  // over what follows
    SourceFactory make_;
    unsigned change_ = 0;
    std::vector<std::unique_ptr<Source>> waiting_;
};

}  // namespace mirrorseed::httpd
