// One thread's loop: descriptors that become ready, deadlines, and work that other threads hand in.
//
// Connections are watched edge-triggered, for reading and writing at once, so one
// system call when a connection begins is all that watching costs; Asio's wait
// costs one each time. Whoever is watched uses what there is until it would
// block, or asks for another turn with soon(), so that nobody holds up the others.
//
// post() and stop() may be called from any thread, all else from the loop's own
// or before it runs.
#pragma once

#include "httpd/timer_wheel.hpp"

#include "core/system/folder.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace mirrorseed::httpd {

class EventLoop {
public:
    class Watcher {
    public:
        virtual ~Watcher() = default;
        // `events` as epoll tells them; 0 when it is the turn that was asked for.
        virtual void on_ready(std::uint32_t events) = 0;
    };
    enum class Watch { connection, listener };

    EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    // False when the kernel has no room. Ends when the descriptor is closed, or with forget().
    bool watch(int fd, Watcher& watcher, Watch how);
    void forget(int fd);
    // on_ready(0) before the loop waits again, once, however often it is asked for.
    void soon(Watcher& watcher) { soon_.push_back(&watcher); }
    // Destroyed when nothing of this round can refer to it any more.
    void dispose(std::unique_ptr<Watcher> watcher) { disposed_.push_back(std::move(watcher)); }

    // When all that was ready has been seen to.
    void after_each_round(std::function<void()> work) { after_round_ = std::move(work); }

    void post(std::function<void()> work);
    void run();
    void stop();
    // After run(): destroys what was disposed of last.
    void clean_up() { disposed_.clear(); }

    TimerWheel& timers() noexcept { return timers_; }
    // As of the last time that the loop woke.
    TimerWheel::Time now() const noexcept { return now_; }
    // How often it has. All that is answered in one round had come when that began.
    std::uint64_t round() const noexcept { return round_; }

private:
    int patience() const;
    void run_posted();

    Descriptor poll_;
    Descriptor bell_;  // rings when something was handed in
    TimerWheel::Time now_;
    std::uint64_t round_ = 0;
    TimerWheel timers_;
    std::vector<Watcher*> soon_, turns_;
    std::vector<std::unique_ptr<Watcher>> disposed_;
    std::function<void()> after_round_;
    std::mutex mutex_;
    std::vector<std::function<void()>> posted_;  // under the mutex
    std::atomic<bool> stopping_ = false;
};

}  // namespace mirrorseed::httpd
