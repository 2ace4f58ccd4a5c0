#include "core/system/no_connections.hpp"

#include "core/system/folder.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>

namespace mirrorseed {
namespace {

// 0, or what errno tells.
int connect_to(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const bool done =
        ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    return done ? 0 : errno;
}

TEST(NoConnections, NobodyIsReachedAnyMore) {
    const test::TempFolder folder;
    const auto path = folder.at("s");
    ASSERT_LT(path.size(), sizeof sockaddr_un{}.sun_path);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    const Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(listener.get(), 5), 0);
    const auto child = ::fork();
    if (child == 0) {
        const int before = connect_to(path);
        const bool forbidden = forbid_connections().has_value();
        ::_exit(before == 0 && forbidden && connect_to(path) == EACCES ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    EXPECT_EQ(connect_to(path), 0) << "we may, as ever";
}

// Whether all of it holds in a process of its own.
bool holds_in_child(const std::function<bool()>& what) {
    const auto child = ::fork();
    if (child == 0) ::_exit(what() ? 0 : 1);
    int status = 0;
    return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool is_refused(long result) {
    return result == -1 && errno == EACCES;
}

// Reads a byte of our own, and takes our own descriptor; of others it is the same call.
bool may_not_meddle() {
    char from = 'x', to = 0;
    const iovec theirs{&from, 1}, ours{&to, 1};
    const Descriptor self(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)));
    return is_refused(::process_vm_readv(::getpid(), &ours, 1, &theirs, 1, 0)) &&
           is_refused(::process_vm_writev(::getpid(), &ours, 1, &theirs, 1, 0)) &&
           is_refused(::syscall(SYS_pidfd_getfd, self.get(), 0, 0));
}

TEST(NoConnections, NoFirstBytesConnectAndDatagramsGoOn) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* to = reinterpret_cast<const sockaddr*>(&address);
    const Descriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const Descriptor hears(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::bind(listener.get(), to, sizeof address), 0);
    ASSERT_EQ(::listen(listener.get(), 5), 0);
    ASSERT_EQ(::bind(hears.get(), to, sizeof address), 0);
    EXPECT_TRUE(holds_in_child([&] {
        if (!forbid_connections()) return false;
        const Descriptor tcp(::socket(AF_INET, SOCK_STREAM, 0)), udp(::socket(AF_INET, SOCK_DGRAM, 0));
        socklen_t size = sizeof address;
        ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size);
        iovec part{&size, 1};
        mmsghdr many{};
        auto& one = many.msg_hdr;
        one.msg_name = &address;
        one.msg_namelen = sizeof address;
        one.msg_iov = &part;
        one.msg_iovlen = 1;
        return is_refused(::sendto(tcp.get(), "x", 1, MSG_FASTOPEN, to, sizeof address)) &&
               is_refused(::sendmsg(tcp.get(), &one, MSG_FASTOPEN | MSG_NOSIGNAL)) &&
               is_refused(::sendmmsg(tcp.get(), &many, 1, MSG_FASTOPEN)) && may_not_meddle() &&
               ::sendmmsg(udp.get(), &many, 1, MSG_DONTWAIT) == 1;
    }));
}

TEST(NoConnections, WhoMayConnectMayMeddleWithNobodyAllTheSame) {
    EXPECT_TRUE(holds_in_child([] { return !may_not_meddle() && forbid_meddling() && may_not_meddle(); }));
}

}  // namespace
}  // namespace mirrorseed
