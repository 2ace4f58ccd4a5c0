#include "sync/run/candidate_fate.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::path;

const std::vector<LeftOut> nothing_bad;
const std::vector<LeftOut> one_bad{{path("pool/a\x1b.deb"), "is missing"}};

TEST(CandidateFate, WaitsForNothingWhenAllIsWell) {
    EXPECT_EQ(why_held(Wish(), Plan(), "", "", nothing_bad), "");
}

TEST(CandidateFate, WaitsForEveryReasonAtOnce) {
    Plan plan;
    plan.held_reason = "too many deletions";
    plan.backwards = "lastupdate is older";
    EXPECT_EQ(
        why_held(Wish(), plan, "", "a trace is older", one_bad),
        "too many deletions; and lastupdate is older; and a trace is older; and 1 file could not be had, "
        "the first of them pool/a\\x1b.deb: is missing");
}

TEST(CandidateFate, WaitsForWhatIsLostInFilesThatCame) {
    Plan plan;
    EXPECT_EQ(why_held(Wish(), plan, "they came empty", "", nothing_bad), "they came empty");
    plan.held_reason = "they are listed empty";
    EXPECT_EQ(why_held(Wish(), plan, "they came empty", "", nothing_bad), "they are listed empty");
    Wish wish;
    wish.allow_deletes = true;
    EXPECT_EQ(why_held(wish, plan, "they came empty", "", nothing_bad), "");
}

TEST(CandidateFate, AllowedDeletionsAndExpectedBadFilesHoldNothing) {
    Plan plan;
    plan.held_reason = "too many deletions";
    Wish wish;
    wish.allow_deletes = true;
    wish.publish_without_bad_files = true;
    EXPECT_EQ(why_held(wish, plan, "", "", one_bad), "");
    plan.backwards = "lastupdate is older";
    EXPECT_EQ(why_held(wish, plan, "", "", one_bad), "lastupdate is older");
}

TEST(CandidateFate, TellsWithItsReasonHowItIsPublished) {
    EXPECT_EQ(with_approval("too many deletions", "debian", "1a2b3c4d"),
              "too many deletions; `mirrorseed approve debian 1a2b3c4d` publishes it");
}

TEST(CandidateFate, IsAsPublishedWhenNoNameDiffers) {
    const Plan nothing;
    EXPECT_TRUE(is_as_published({}, nothing, OldNames::none));
    EXPECT_FALSE(is_as_published({.added = 1}, nothing, OldNames::none));
    EXPECT_FALSE(is_as_published({.changed = 1}, nothing, OldNames::some));
    EXPECT_FALSE(is_as_published({.removed = 1}, nothing, OldNames::some));
}

TEST(CandidateFate, FoldersMakeAGenerationUnlessOldNamesStay) {
    Plan new_folder;
    new_folder.ready.push_back({});
    EXPECT_FALSE(is_as_published({}, new_folder, OldNames::none));
    EXPECT_TRUE(is_as_published({}, new_folder, OldNames::some));
    new_folder.idle = 1;  // merely its time
    EXPECT_TRUE(is_as_published({}, new_folder, OldNames::none));
    Plan gone;
    gone.remove.push_back({path("empty"), {.kind = EntryKind::folder}});
    EXPECT_FALSE(is_as_published({}, gone, OldNames::none));
}

}  // namespace
}  // namespace mirrorseed::sync
