#include "httpd/published/grace_rule.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mirrorseed::httpd {
namespace {

using namespace std::chrono_literals;

constexpr UnixTime noon = 1'700'000'000;

struct Shown {
    UnixTime published;
    Generation restores = 0;
};

// A file that came with generation 1 and left with 2, an hour of grace, and the clock at noon.
class GraceRule : public testing::Test {
protected:
    // Generation 1, 2 and so on.
    void published(const std::vector<Shown>& generations) {
        rows_.clear();
        for (const auto& one : generations)
            rows_.insert(rows_.begin(),
                         {.number = rows_.size() + 1, .published = one.published, .restores = one.restores});
    }
    std::optional<UnixTime> until() const {
        return graced_until({.last = last_,
                             .is_withdrawn = is_withdrawn_,
                             .is_only_hidden = is_only_hidden_,
                             .grace = grace_,
                             .generations = rows_,
                             .now = now_});
    }

    LastState last_{.entry = {.size = 1, .digest = Digest()},
                    .since = 1,
                    .until = 2,
                    .leaving = Leaving::dropped_upstream};
    bool is_withdrawn_ = false, is_only_hidden_ = false;
    std::chrono::seconds grace_ = 1h;
    std::vector<GenerationRow> rows_{{.number = 2, .published = noon - 600}, {.number = 1, .published = 5}};
    UnixTime now_ = noon;
};

TEST_F(GraceRule, LastsFromThePublishThatDroppedIt) {
    EXPECT_EQ(until(), noon + 3000);
    now_ = noon + 2999;
    EXPECT_EQ(until(), noon + 3000);
    now_ = noon + 3000;
    EXPECT_FALSE(until());
    now_ = noon;
    grace_ = 0s;
    EXPECT_FALSE(until());
}

TEST_F(GraceRule, IsForWhatItsUpstreamDroppedAlone) {
    last_.leaving = Leaving::otherwise;
    EXPECT_FALSE(until());
}

TEST_F(GraceRule, IsForFilesAloneThatEverybodyMightRead) {
    const auto good = last_.entry;
    last_.entry.hidden = true;
    EXPECT_FALSE(until());
    last_.entry = good;
    last_.entry.kind = EntryKind::link;
    EXPECT_FALSE(until());
    last_.entry = good;
    last_.entry.digest.reset();
    EXPECT_FALSE(until()) << "its bytes are gone";
}

TEST_F(GraceRule, IsNotForContentsThatAreWithdrawnOrHiddenNow) {
    is_withdrawn_ = true;
    EXPECT_FALSE(until());
    is_withdrawn_ = false;
    is_only_hidden_ = true;
    EXPECT_FALSE(until());
}

TEST_F(GraceRule, IsNotForWhatARollbackTookBack) {
    last_ = {.entry = last_.entry, .since = 2, .until = 3, .leaving = Leaving::dropped_upstream};
    published({{5}, {10}, {noon - 60}});
    EXPECT_TRUE(until());
    published({{5}, {10}, {noon - 60}, {noon - 30, 1}});
    EXPECT_FALSE(until());
    published({{5}, {10}, {noon - 60}, {noon - 30, 2}});
    EXPECT_TRUE(until()) << "it went back to one that had it, or no further";
    published({{5}, {10}, {noon - 60}, {noon - 30, 1}, {noon - 20}, {noon - 10}});
    EXPECT_FALSE(until()) << "whatever came later";
}

TEST_F(GraceRule, IsForWhatARollbackBroughtAndTheUpstreamDroppedAgain) {
    // Generation 3 restores 1, and a withdrawal shows that again as 4.
    last_ = {.entry = last_.entry, .since = 3, .until = 5, .leaving = Leaving::dropped_upstream};
    published({{5}, {10}, {noon - 60, 1}, {noon - 50, 1}, {noon - 30}});
    EXPECT_TRUE(until());
}

TEST_F(GraceRule, CountsAWrongClocksPublishAsTheOneBefore) {
    last_.until = 3;
    published({{noon - 7000}, {noon - 600}, {noon + 1'000'000}});
    EXPECT_EQ(until(), noon + 3000);
    published({{noon - 7000}, {noon - 3600}, {noon + 1'000'000}});
    EXPECT_FALSE(until());
    published({{noon + 1}, {noon + 2}, {noon + 3}});
    EXPECT_FALSE(until()) << "gc keeps it then, and nobody knows for how long";
    published({{noon - 600}});
    EXPECT_FALSE(until()) << "the generation that dropped it is told of no more";
}

}  // namespace
}  // namespace mirrorseed::httpd
