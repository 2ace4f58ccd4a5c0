#include "sync/run/refusals.hpp"

#include "tests/support/listed.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

constexpr UnixTime noon = 1'700'000'000, hour = 3600;

ListedEntry listed(Sureness sureness = Sureness::exact) {
    return {.name = "a", .entry = {.size = 5, .mtime = FileTime::from_seconds(7)}, .sureness = sureness};
}

RefusedFile refused() {
    return {.path = test::path("a"),
            .size = 5,
            .mtime = FileTime::from_seconds(7),
            .expected = "this",
            .at = noon};
}

TEST(Refusals, StandWhileNothingChanges) {
    EXPECT_TRUE(is_still_refused(refused(), listed(), "this", noon + hour));
    EXPECT_FALSE(is_still_refused(refused(), listed(), "that", noon + hour)) << "another list";
    auto other = listed();
    other.entry.size = 6;
    EXPECT_FALSE(is_still_refused(refused(), other, "this", noon + hour));
    other = listed();
    other.entry.mtime = FileTime::from_seconds(8);
    EXPECT_FALSE(is_still_refused(refused(), other, "this", noon + hour));
}

TEST(Refusals, AreLookedAtAgain) {
    EXPECT_FALSE(is_still_refused(refused(), listed(), "this", noon + 24 * hour)) << "after a day";
    EXPECT_FALSE(is_still_refused(refused(), listed(), "this", noon - hour)) << "under another clock";
    EXPECT_TRUE(is_still_refused(refused(), listed(Sureness::rough), "this", noon + hour));
    EXPECT_FALSE(is_still_refused(refused(), listed(Sureness::none), "this", noon + hour))
        << "nobody tells whether it changed";
}

TEST(Refusals, TellAllThatAFileShouldBe) {
    const auto md5 = Checksum::from_hex(ChecksumKind::md5, std::string(32, 'a')).value();
    const auto sha256 = Checksum::of(test::digest_of_text("a"));
    auto item = listed();
    EXPECT_EQ(expectation_of(item, {}), "");
    EXPECT_EQ(expectation_of(item, {sha256, md5}),
              "SHA-256:" + sha256.hex() + "\nMD5:" + std::string(32, 'a') + "\n");
    item.entry.digest = sha256.digest();
    EXPECT_EQ(expectation_of(item, {}), "SHA-256:" + sha256.hex() + "\n");
    EXPECT_EQ(expectation_of(item, {sha256}), "SHA-256:" + sha256.hex() + "\n");
}

}  // namespace
}  // namespace mirrorseed::sync
