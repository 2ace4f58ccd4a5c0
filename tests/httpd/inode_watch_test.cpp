#include "httpd/inode_watch.hpp"

#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::httpd {
namespace {

using namespace std::chrono_literals;

class InodeWatchTest : public testing::Test {
protected:
    void SetUp() override {
        temp_.write("f", "as it was", 100);
        file_ = folder().open_file(RelPath::parse("f").value()).value();
    }
    Folder folder() const { return Folder::open(temp_.path()).value(); }
    FileFacts facts() const { return facts_of(file_, "f").value(); }
    bool is_as_found(const InodeWatch& watch, std::chrono::milliseconds at) const {
        return watch.is_as_found(file_, std::chrono::steady_clock::time_point(at));
    }

    test::TempFolder temp_;
    Descriptor file_;
};

TEST_F(InodeWatchTest, LooksOnceASecond) {
    const InodeWatch watch(facts());
    EXPECT_TRUE(is_as_found(watch, 10'100ms));
    temp_.write("f", "AS IT WAS", 101);
    EXPECT_TRUE(is_as_found(watch, 10'900ms));
    EXPECT_FALSE(is_as_found(watch, 11'000ms));
    EXPECT_FALSE(is_as_found(watch, 11'500ms));
}

TEST_F(InodeWatchTest, AcceptsAnotherTimeOfTheSameContent) {
    const InodeWatch watch(facts());
    temp_.write("f", "as it was", 101);
    EXPECT_FALSE(is_as_found(watch, 10'000ms));
    watch.accept(facts());
    EXPECT_TRUE(is_as_found(watch, 10'500ms));
    EXPECT_TRUE(is_as_found(watch, 12'000ms));
}

TEST_F(InodeWatchTest, WithoutAnInodeNothingIsLookedAt) {
    const InodeWatch watch;
    temp_.write("f", "something else", 101);
    EXPECT_TRUE(is_as_found(watch, 10'000ms));
}

}  // namespace
}  // namespace mirrorseed::httpd
