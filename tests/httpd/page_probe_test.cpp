#include "httpd/page_probe.hpp"

#include "tests/support/temp_folder.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

namespace mirrorseed::httpd {
namespace {

constexpr Bytes size = 4 << 20, begins = 1 << 20, ends = 3 << 20;

// Only its first and its last bytes are in memory then.
void forget_middle(const Descriptor& file) {
    ::fdatasync(file.get());
    ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED);
    ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_RANDOM);
    char byte = 0;
    EXPECT_EQ(::pread(file.get(), &byte, 1, 0), 1);
    EXPECT_EQ(::pread(file.get(), &byte, 1, size - 1), 1);
}

// Newer kernels tell strangers nothing of a file's pages.
TEST(PageProbe, AHoleInTheMiddleIsSeenByStrangersToo) {
    const test::TempFolder folder;
    folder.write("file", std::string(size, 'x'));
    const Descriptor file(::open(folder.at("file").c_str(), O_RDONLY | O_CLOEXEC));
    ASSERT_TRUE(is_in_memory(file, {0, size}));
    forget_middle(file);
    if (is_in_memory(file, {begins, ends})) GTEST_SKIP() << "a file system that forgets nothing";
    const auto child = ::fork();
    if (child == 0) {
        constexpr uid_t nobody = 65534;
        if (::geteuid() == 0 && ::setuid(nobody) != 0) ::_exit(2);
        ::_exit(is_in_memory(file, {0, size}) ? 1 : 0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace mirrorseed::httpd
