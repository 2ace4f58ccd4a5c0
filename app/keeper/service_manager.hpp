// The side of a service that systemd sees: sockets that it passes, and what it is told (sd_listen_fds(3),
// sd_notify(3)). Where nothing of that is in the environment, all of it does nothing.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::app {

class ServiceManager {
public:
    // Takes what is meant for this process out of the environment, so that no child takes it for its own.
    // Once, before there are threads.
    static ServiceManager from_environment();

    // That it listens on for us; they are closed in children.
    const std::vector<int>& sockets() const noexcept { return sockets_; }
    // How often it wants to hear that all is well.
    std::optional<std::chrono::milliseconds> watchdog() const noexcept { return watchdog_; }

    void ready() const { tell("READY=1"); }
    void stopping() const { tell("STOPPING=1"); }
    // Said again soon, so it is not waited for.
    void alive() const { tell("WATCHDOG=1", Waiting::no); }
    // While a config is read again; ready() ends it.
    void reloading() const;

private:
    enum class Waiting { no, yes };
    void tell(std::string_view state, Waiting waiting = Waiting::yes) const;

    std::vector<int> sockets_;
    std::optional<std::chrono::milliseconds> watchdog_;
    std::string notify_socket_;
};

}  // namespace mirrorseed::app
