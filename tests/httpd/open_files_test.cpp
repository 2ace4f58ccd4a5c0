#include "httpd/open_files.hpp"

#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace mirrorseed::httpd {
namespace {

class OpenFilesTest : public testing::Test {
protected:
    void write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }
    SharedFile open(const std::string& name) const {
        return std::make_shared<const Descriptor>(::open((folder_ / name).c_str(), O_RDONLY | O_CLOEXEC));
    }
    static bool is_open(int fd) { return ::fcntl(fd, F_GETFD) != -1; }

    test::TempFolder temp_;
    std::filesystem::path folder_ = temp_.path();
    OpenFiles files_;
};

TEST_F(OpenFilesTest, AreEachOpenOnceWhateverTheirName) {
    write("a", "a");
    std::filesystem::create_hard_link(folder_ / "a", folder_ / "same");
    write("b", "b");
    const auto first = files_.share(open("a"));
    auto again = open("same");
    const auto fd = again->get();
    EXPECT_EQ(files_.share(std::move(again)), first);
    EXPECT_FALSE(is_open(fd));
    const auto other = files_.share(open("b"));
    EXPECT_NE(other, first);
    EXPECT_EQ(files_.count(), 2u);
}

TEST_F(OpenFilesTest, AreClosedWhenNobodyHoldsThem) {
    write("a", "a");
    auto first = files_.share(open("a"));
    auto second = files_.share(open("a"));
    const auto fd = first->get();
    first.reset();
    EXPECT_TRUE(is_open(fd));
    second.reset();
    EXPECT_FALSE(is_open(fd));
    EXPECT_EQ(files_.count(), 0u);
    EXPECT_TRUE(is_open(files_.share(open("a"))->get()));
}

TEST_F(OpenFilesTest, AreOthersWhenTheirStateIs) {
    write("a", "a");
    const auto before = files_.share(open("a"));
    write("a", "other");
    const auto after = files_.share(open("a"));
    EXPECT_NE(before, after);
    EXPECT_EQ(files_.share(open("a")), after);
}

TEST_F(OpenFilesTest, MayBeLetGoByAnyThreadAndAfterAll) {
    write("a", "a");
    SharedFile last;
    {
        OpenFiles files;
        std::vector<std::thread> threads;
        threads.reserve(4);
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (int j = 0; j < 500; ++j)
                    EXPECT_TRUE(is_open(files.share(open("a"))->get()));
            });
        for (auto& thread : threads)
            thread.join();
        EXPECT_EQ(files.count(), 0u);
        last = files.share(open("a"));
    }
    EXPECT_TRUE(is_open(last->get()));
}

}  // namespace
}  // namespace mirrorseed::httpd
