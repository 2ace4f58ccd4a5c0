#include "core/system/no_connections.hpp"

#include "core/system/folder.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

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

}  // namespace
}  // namespace mirrorseed
