#include "httpd/part_file.hpp"

#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

using namespace mirrorseed;
using namespace mirrorseed::httpd;
using test::TempFolder;
using namespace std::chrono_literals;

namespace {

constexpr Bytes KiB = 1024;

TEST(PartFile, KeepsTheEndBackUntilItIsWhole) {
    constexpr Bytes size = 1000 * KiB;
    EXPECT_EQ(may_be_read(PartState::comes, 0, size), 0);
    EXPECT_EQ(may_be_read(PartState::comes, 10, size), 10);
    EXPECT_EQ(may_be_read(PartState::comes, 936 * KiB, size), 936 * KiB);
    EXPECT_EQ(may_be_read(PartState::comes, size, size), 936 * KiB);
    EXPECT_EQ(may_be_read(PartState::broken, size, size), 936 * KiB);
    EXPECT_EQ(may_be_read(PartState::whole, size, size), size);
}

TEST(PartFile, NeverGivesMoreThanTheFileIsToHave) {
    EXPECT_EQ(may_be_read(PartState::comes, 5000 * KiB, 1000 * KiB), 936 * KiB);
    EXPECT_EQ(may_be_read(PartState::whole, 5000 * KiB, 1000 * KiB), 1000 * KiB);
    EXPECT_EQ(may_be_read(PartState::comes, 10 * KiB, 10 * KiB), 0) << "all of a short one is its end";
    EXPECT_EQ(may_be_read(PartState::comes, 0, 0), 0);
}

TEST(PartFile, TellsHowFarItHasComeAndSinceWhenItStands) {
    const TempFolder folder;
    folder.write("part", std::string(200 * KiB, 'a'));
    const auto opened = Folder::open(folder.path());
    const auto name = RelPath::parse_name("part").value();
    const PartFile::Time begin{1000s};
    PartFile part(std::move(opened->open_file(name).value()), 200 * KiB, begin);
    EXPECT_EQ(part.look(1000 * KiB, begin).may_be_read, 200 * KiB);
    EXPECT_EQ(part.look(1000 * KiB, begin + 3s).stands_still, 3s);
    std::filesystem::resize_file(folder.at("part"), 300 * KiB);
    const auto later = part.look(1000 * KiB, begin + 4s);
    EXPECT_EQ(later.may_be_read, 300 * KiB);
    EXPECT_EQ(later.stands_still, 0s);
    EXPECT_EQ(later.state, PartState::comes);
    std::filesystem::resize_file(folder.at("part"), 1000 * KiB);
    part.ends(PartState::whole);
    const auto whole = part.look(1000 * KiB, begin + 4s);
    EXPECT_EQ(whole.state, PartState::whole);
    EXPECT_EQ(whole.may_be_read, 1000 * KiB) << "however lately it was looked at";
}

}  // namespace
