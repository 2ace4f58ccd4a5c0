#include "core/system/signal_line.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <vector>

namespace mirrorseed {

SignalLine::SignalLine(std::initializer_list<int> signals) {
    sigset_t set;
    ::sigemptyset(&set);
    for (const auto signal : signals)
        ::sigaddset(&set, signal);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    file_ = Descriptor(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!file_.is_open()) throw Failure(Error::last_system_error("cannot wait for signals"));
}

int SignalLine::wait(std::chrono::milliseconds patience, std::initializer_list<int> others) const {
    std::vector<pollfd> files{pollfd{file_.get(), POLLIN, 0}};
    for (const auto other : others)
        files.push_back({other, POLLIN, 0});
    if (::poll(files.data(), files.size(), static_cast<int>(patience.count())) <= 0) return 0;
    signalfd_siginfo info{};
    if (::read(file_.get(), &info, sizeof info) != sizeof info) return 0;
    return static_cast<int>(info.ssi_signo);
}

}  // namespace mirrorseed
