#include "app/keeper/service_manager.hpp"

#include "core/system/folder.hpp"
#include "core/whole_number.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace mirrorseed::app {
namespace {

constexpr int first_socket = 3;
constexpr int most_sockets = 256;

std::string taken(const char* name) {
    const char* value = std::getenv(name);
    std::string text = value != nullptr ? value : "";
    ::unsetenv(name);
    return text;
}

bool is_for_us(const std::string& pid) {
    return whole_number<std::int64_t>(pid) == ::getpid();
}

}  // namespace

ServiceManager ServiceManager::from_environment() {
    ServiceManager manager;
    const auto listen_pid = taken("LISTEN_PID"), listen_count = taken("LISTEN_FDS");
    taken("LISTEN_FDNAMES");
    const auto count = whole_number<std::int64_t>(listen_count).value_or(0);
    if (is_for_us(listen_pid) && count > 0 && count <= most_sockets)
        for (int fd = first_socket; fd < first_socket + count; ++fd)
            if (::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0) manager.sockets_.push_back(fd);
    const auto watchdog_pid = taken("WATCHDOG_PID");
    const auto interval = whole_number<std::int64_t>(taken("WATCHDOG_USEC")).value_or(0);
    if (interval > 0 && (watchdog_pid.empty() || is_for_us(watchdog_pid)))
        manager.watchdog_ = std::chrono::milliseconds(interval / 1000 / 2);
    manager.notify_socket_ = taken("NOTIFY_SOCKET");
    return manager;
}

void ServiceManager::reloading() const {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    tell(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", now.tv_sec * 1'000'000 + now.tv_nsec / 1000));
}

void ServiceManager::tell(std::string_view state, Waiting waiting) const {
    sockaddr_un address{};
    if (notify_socket_.size() < 2 || notify_socket_.size() > sizeof address.sun_path) return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, notify_socket_.data(), notify_socket_.size());
    // A name that begins with '@' lies in the kernel's own space of names.
    if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + notify_socket_.size());
    const Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    // Nobody can be told when this fails, and the service goes on all the same.
    const int flags = MSG_NOSIGNAL | (waiting == Waiting::no ? MSG_DONTWAIT : 0);
    (void)::sendto(socket.get(), state.data(), state.size(), flags,
                   reinterpret_cast<const sockaddr*>(&address), size);
}

}  // namespace mirrorseed::app
