#include "core/store/blob_trust.hpp"

#include <gtest/gtest.h>

namespace mirrorseed {
namespace {

constexpr FileTime morning = FileTime::from_seconds(1'700'000'000);
constexpr FileTime noon{1'700'000'000'000'000'001};  // a nanosecond later
constexpr FileTime evening = FileTime::from_seconds(1'700'000'500);

FileFacts inode(Bytes size, FileTime mtime) {
    FileFacts facts;
    facts.is_file = true;
    facts.mode = 0640;
    facts.size = size;
    facts.mtime = mtime;
    return facts;
}

BlobRow row(std::optional<Dress> dress, std::optional<FileTime> next = {}) {
    BlobRow blob;
    blob.size = 5;
    blob.dress = dress;
    blob.next_mtime = next;
    return blob;
}

TEST(BlobTrust, AnInodeIsJudgedBySizeAndTimeAndNotByItsMode) {
    const auto left = row(Dress{0644, morning});
    EXPECT_EQ(trust_in(left, inode(5, morning)), Trust::sound);
    EXPECT_EQ(trust_in(left, inode(5, noon)), Trust::doubtful);
    EXPECT_EQ(trust_in(left, inode(4, morning)), Trust::doubtful);
    EXPECT_EQ(trust_in(left, std::nullopt), Trust::doubtful);
    auto other_kind = inode(5, morning);
    other_kind.is_file = false;
    EXPECT_EQ(trust_in(left, other_kind), Trust::doubtful);
}

TEST(BlobTrust, WhileItIsDressedBothTimesAreItsOwn) {
    const auto changing = row(Dress{0644, morning}, evening);
    EXPECT_EQ(trust_in(changing, inode(5, morning)), Trust::sound);
    EXPECT_EQ(trust_in(changing, inode(5, evening)), Trust::sound);
    EXPECT_EQ(trust_in(changing, inode(5, noon)), Trust::doubtful);
}

TEST(BlobTrust, OfWhatAnOlderProgramStoredTheSizeAloneIsKnown) {
    EXPECT_EQ(trust_in(row({}), inode(5, evening)), Trust::sound);
    EXPECT_EQ(trust_in(row({}), inode(6, evening)), Trust::doubtful);
}

TEST(BlobTrust, WhatWasReadAndFoundDamagedIsDamaged) {
    auto damaged = row(Dress{0644, morning});
    damaged.damaged = true;
    EXPECT_EQ(trust_in(damaged, inode(5, morning)), Trust::damaged);
    EXPECT_EQ(dress_of(inode(5, evening)), (Dress{0640, evening}));
}

}  // namespace
}  // namespace mirrorseed
