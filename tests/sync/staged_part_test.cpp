#include "sync/staged_part.hpp"

#include "tests/support/listed.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::file_of;
using test::path;

class StagedPartTest : public testing::Test {
protected:
    StagedPart recall() const { return recall_part(folder_, part_); }
    // The note as another machine, or this one before it was started again, would have written it.
    void forget_the_boot() const {
        auto note = temp_.read("part.part");
        const auto begin = note.find('\n', note.find('\n') + 1) + 1;
        note.replace(begin, note.find('\n', begin) - begin, "another-boot");
        temp_.write("part.part", note);
    }

    test::TempFolder temp_;
    Folder folder_ = Folder::open(temp_.path()).value();
    RelPath part_ = path("part");
};

TEST(StagingName, IsOfThePathTheSizeAndTheTime) {
    const PathEntry item{path("a/b"), file_of("content")};
    auto longer = item, later = item, other = item;
    longer.entry.size += 1;
    later.entry.mtime.nanoseconds += 1;
    other.path = path("a/c");
    EXPECT_EQ(staging_name(item), staging_name(item));
    for (const auto& different : {longer, later, other})
        EXPECT_NE(staging_name(item), staging_name(different));
    EXPECT_EQ(staging_name(item).str().size(), 64u);
    // Neighbours in the key do not run into each other.
    PathEntry one{path("a"), file_of("")}, two{path("a1"), file_of("")};
    one.entry.size = 11;
    two.entry.size = 1;
    EXPECT_NE(staging_name(one), staging_name(two));
}

TEST_F(StagedPartTest, AllOfItCountsWhileTheMachineRuns) {
    temp_.write("part", std::string(100, 'x'));
    remember_part(folder_, part_, 64, 100, "\"etag\"");
    EXPECT_EQ(recall().size, 100u);
    EXPECT_EQ(recall().validator, "\"etag\"");
}

TEST_F(StagedPartTest, OnlyWhatWasSyncedCountsAfterwards) {
    temp_.write("part", std::string(100, 'x'));
    remember_part(folder_, part_, 64, 100, "v");
    forget_the_boot();
    EXPECT_EQ(recall().size, 64u);
    EXPECT_EQ(recall().validator, "v");
}

TEST_F(StagedPartTest, AFileThatIsShorterThanItsNoteHasNothing) {
    temp_.write("part", std::string(99, 'x'));
    remember_part(folder_, part_, 64, 100, "");
    EXPECT_EQ(recall().size, 0u);
    temp_.remove("part");
    EXPECT_EQ(recall().size, 0u);
    temp_.link("part", "elsewhere");
    EXPECT_EQ(recall().size, 0u);
}

TEST_F(StagedPartTest, WithoutANoteThereIsNothing) {
    temp_.write("part", std::string(100, 'x'));
    EXPECT_EQ(recall().size, 0u);
    remember_part(folder_, part_, 64, 100, "v");
    forget_part(folder_, part_);
    EXPECT_EQ(recall().size, 0u);
    EXPECT_FALSE(temp_.has("part.part"));
    forget_part(folder_, part_);
}

TEST_F(StagedPartTest, ADamagedNoteIsNone) {
    temp_.write("part", std::string(100, 'x'));
    for (const auto* note : {"", "\n", "64", "64\n100\n", "64\n100\nboot", "x\ny\nboot\nv\n", "-1\n-1\n\n\n",
                             "99999999999999999999\n1\nboot\n\n", "101\n101\nboot\n\n"}) {
        temp_.write("part.part", note);
        EXPECT_EQ(recall().size, 0u) << note;
    }
    temp_.write("part.part", std::string(5000, '1'));
    EXPECT_EQ(recall().size, 0u);
}

TEST_F(StagedPartTest, ANewNoteReplacesTheOld) {
    temp_.write("part", std::string(100, 'x'));
    remember_part(folder_, part_, 10, 20, "old");
    remember_part(folder_, part_, 30, 40, "");
    EXPECT_EQ(recall().size, 40u);
    EXPECT_EQ(recall().validator, "");
}

}  // namespace
}  // namespace mirrorseed::sync
