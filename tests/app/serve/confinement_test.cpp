#include "app/serve/confinement.hpp"

#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <thread>

namespace mirrorseed::app {
namespace {

bool opens(const std::string& path, int flags) {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0644);
    if (fd >= 0) ::close(fd);
    return fd >= 0;
}

bool may_connect() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in nobody{};
    nobody.sin_family = AF_INET;
    nobody.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    nobody.sin_port = htons(1);
    const bool may =
        ::connect(fd, reinterpret_cast<const sockaddr*>(&nobody), sizeof nobody) == 0 || errno != EACCES;
    ::close(fd);
    return may;
}

class ConfinementDeathTest : public testing::Test {
protected:
    void SetUp() override {
        GTEST_FLAG_SET(death_test_style, "threadsafe");
        folder_.write("served/file", "x");
        folder_.write("log/old", "x");
        folder_.write("other/secret", "x");
        folder_.write("shared", "x");
    }
    void lock_in() {
        const auto confined = confine({.readable = {folder_.at("served"), folder_.at("missing")},
                                       .writable = {folder_.at("log"), folder_.at("shared")}},
                                      Log::silent());
        if (!confined) ::_exit(99);
    }
    test::TempFolder folder_;
};

TEST_F(ConfinementDeathTest, LeavesWhatIsServedReadableAndNothingElse) {
    EXPECT_EXIT(
        {
            lock_in();
            const bool right = opens(folder_.at("served/file"), O_RDONLY) &&
                               !opens(folder_.at("served/file"), O_WRONLY) &&
                               !opens(folder_.at("served/new"), O_WRONLY | O_CREAT) &&
                               !opens(folder_.at("other/secret"), O_RDONLY) && !may_connect();
            ::_exit(right ? 0 : 1);
        },
        testing::ExitedWithCode(0), "");
}

TEST_F(ConfinementDeathTest, LeavesLogsWritableAndHoldsForThreads) {
    EXPECT_EXIT(
        {
            lock_in();
            bool right = false;
            std::thread([&] {
                right = opens(folder_.at("log/old"), O_WRONLY | O_APPEND) &&
                        opens(folder_.at("log/new"), O_WRONLY | O_CREAT) &&
                        opens(folder_.at("shared"), O_RDWR) && !opens(folder_.at("other/secret"), O_WRONLY) &&
                        ::unlink(folder_.at("served/file").c_str()) != 0;
            }).join();
            ::_exit(right ? 0 : 1);
        },
        testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace mirrorseed::app
