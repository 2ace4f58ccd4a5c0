#include "core/store/sqlite.hpp"
#include "tests/core/store/catalogue_words.hpp"

namespace mirrorseed {
namespace {

using CatalogueRuns = CatalogueTest;

TEST_F(CatalogueRuns, RunsTellWhatTheLastOneDid) {
    auto& runs = catalogue_.runs();
    EXPECT_FALSE(runs.last(tree_));
    const auto run = runs.start(tree_, "file:///srv/", noon);
    EXPECT_EQ(runs.last(tree_)->ended, 0);
    runs.end(run, {.ended = noon + 5, .outcome = "failed", .error = "no", .transferred = 42});
    const auto row = runs.last(tree_).value();
    EXPECT_EQ(row.started, noon);
    EXPECT_EQ(row.ended, noon + 5);
    EXPECT_EQ(row.outcome, "failed");
    EXPECT_EQ(row.error, "no");
    EXPECT_EQ(row.upstream, "file:///srv/");
    EXPECT_EQ(row.transferred, 42u);
}

TEST_F(CatalogueRuns, OnlyTheNewestRunsAreKept) {
    for (int i = 0; i < 150; ++i)
        catalogue_.runs().end(catalogue_.runs().start(tree_, "", noon + i),
                              {.ended = noon + i, .outcome = "unchanged"});
    auto database = Database::open(file_, Database::Mode::read_only);
    auto query = database.query("select count(*) from runs");
    ASSERT_TRUE(query.next());
    EXPECT_LE(query.integer(0), 101);
    EXPECT_GE(query.integer(0), 100);
}

}  // namespace
}  // namespace mirrorseed
