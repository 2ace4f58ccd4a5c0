#include "torrentgen/mapped_slice.hpp"

#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <unistd.h>

#include <gtest/gtest.h>

#include <csignal>
#include <numeric>

namespace mirrorseed::torrentgen {
namespace {

using mirrorseed::test::TempFolder;

class Mapped : public testing::Test {
protected:
    Descriptor open(const std::string& content) {
        folder_.write("x", content);
        return Folder::open(folder_.path())->open_file(mirrorseed::test::path("x")).value();
    }
    static std::uint64_t sum(ByteSpan bytes) {
        return std::accumulate(bytes.begin(), bytes.end(), std::uint64_t{0});
    }
    TempFolder folder_;
};

TEST_F(Mapped, ShowsBytesFromAnyOffset) {
    std::string content(300'000, '\0');
    for (std::size_t i = 0; i < content.size(); ++i)
        content[i] = static_cast<char>(i * 7);
    const auto file = open(content);
    for (const Bytes offset : {0, 1, 4095, 4096, 100'001}) {
        const auto slice = MappedSlice::map(file, offset, 100'000);
        ASSERT_TRUE(slice);
        EXPECT_EQ(std::string(slice->bytes().begin(), slice->bytes().end()), content.substr(offset, 100'000));
        EXPECT_FALSE(slice->lost());
    }
}

TEST_F(Mapped, SaysSoWhenTheFileIsCutShort) {
    const auto file = open(std::string(1 << 20, 'x'));
    auto other = MappedSlice::map(file, 0, 4096);
    const auto slice = MappedSlice::map(file, 0, 1 << 20);
    ASSERT_TRUE(slice && other);
    ASSERT_EQ(truncate(folder_.at("x").c_str(), 500'000), 0);
    // The page that holds the new end is zeros behind it; those further on are not there.
    EXPECT_EQ(sum(slice->bytes().first(500'000)), 500'000U * 'x');
    EXPECT_FALSE(slice->lost());
    EXPECT_EQ(sum(slice->bytes()), 500'000U * 'x');
    EXPECT_TRUE(slice->lost());
    EXPECT_FALSE(other->lost());
}

using MappedDeathTest = Mapped;
TEST_F(MappedDeathTest, LeavesFaultsOfOthersToWhoeverHandledThemBefore) {
    // A process of its own, where nobody has mapped anything yet.
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const auto file = open(std::string(8192, 'x'));
    EXPECT_EXIT(
        {
            std::signal(SIGBUS, [](int) { _exit(7); });
            auto slice = MappedSlice::map(file, 0, 8192);
            raise(SIGBUS);  // comes to ours, which steps aside
            raise(SIGBUS);
        },
        testing::ExitedWithCode(7), "");
}

}  // namespace
}  // namespace mirrorseed::torrentgen
