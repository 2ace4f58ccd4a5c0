#include "httpd/event_loop.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace mirrorseed::httpd {
namespace {

constexpr std::size_t most_events = 512;

Descriptor checked(int fd, const char* what) {
    if (fd < 0) throw std::system_error(errno, std::generic_category(), what);
    return Descriptor(fd);
}

}  // namespace

EventLoop::EventLoop()
    : poll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      bell_(checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")),
      now_(std::chrono::steady_clock::now()),
      timers_(now_) {
    epoll_event event{.events = EPOLLIN | EPOLLET, .data = {.ptr = nullptr}};
    if (::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, bell_.get(), &event) != 0)
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

bool EventLoop::watch(int fd, Watcher& watcher, Watch how) {
    // A listener is level-triggered, since it accepts a few at a time, and may be shared between loops.
    const std::uint32_t events =
        how == Watch::listener ? EPOLLIN | EPOLLEXCLUSIVE : EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    epoll_event event{.events = events, .data = {.ptr = &watcher}};
    return ::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void EventLoop::forget(int fd) {
    ::epoll_ctl(poll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

void EventLoop::post(std::function<void()> work) {
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        first = posted_.empty();
        posted_.push_back(std::move(work));
    }
    if (first) ::eventfd_write(bell_.get(), 1);
}

void EventLoop::stop() {
    stopping_ = true;
    ::eventfd_write(bell_.get(), 1);
}

int EventLoop::patience() const {
    if (!soon_.empty()) return 0;
    const auto next = timers_.next();
    if (!next) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

void EventLoop::run_posted() {
    std::vector<std::function<void()>> work;
    {
        const std::lock_guard lock(mutex_);
        work.swap(posted_);
    }
    for (auto& one : work)
        one();
}

void EventLoop::run() {
    std::array<epoll_event, most_events> events;
    while (!stopping_) {
        const auto count =
            ::epoll_wait(poll_.get(), events.data(), static_cast<int>(most_events), patience());
        if (count < 0 && errno != EINTR)
            throw std::system_error(errno, std::generic_category(), "epoll_wait");
        now_ = std::chrono::steady_clock::now();
        ++round_;
        turns_.swap(soon_);
        for (int i = 0; i < count; ++i) {
            auto* watcher = static_cast<Watcher*>(events[static_cast<std::size_t>(i)].data.ptr);
            if (watcher != nullptr) {
                watcher->on_ready(events[static_cast<std::size_t>(i)].events);
                continue;
            }
            eventfd_t rung = 0;
            ::eventfd_read(bell_.get(), &rung);
            run_posted();
        }
        for (auto* watcher : turns_)
            watcher->on_ready(0);
        turns_.clear();
        timers_.advance(now_);
        disposed_.clear();
        if (after_round_) after_round_();
    }
}

}  // namespace mirrorseed::httpd
