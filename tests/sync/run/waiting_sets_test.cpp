#include "sync/run/waiting_sets.hpp"

#include "tests/support/printers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::path;
using testing::UnorderedElementsAre;

PathEntry gone(const char* name) {
    return {path(name), Entry{}};
}

TEST(WaitingSets, KeepTheirFolderAndWhatMayGoForThemAlone) {
    const std::vector<FileSet> sets{
        {.folder = path("3"), .files = {path("3/a-3.iso"), path("3/SUMS")}, .replaced = {path("1/a-1.iso")}},
        {.folder = path("4"), .files = {path("4/b-4.iso")}, .replaced = {path("2/b-2.iso")}}};
    Plan plan;
    plan.remove = {gone("1/a-1.iso"), gone("2/b-2.iso"), gone("3/old"), gone("3/deep/old"),
                   gone("5/c-5.iso")};
    Listing listing;
    FetchResult fetched;
    fetched.quarantined = {{path("3/a-3.iso"), "it is bad"}};
    Doubtful doubtful;
    hold_back_sets(sets, plan, listing, fetched, doubtful);
    EXPECT_THAT(doubtful.names,
                UnorderedElementsAre(path("3/a-3.iso"), path("3/SUMS"), path("1/a-1.iso"), path("3/old")));
    ASSERT_EQ(doubtful.waiting.size(), 1U);
    EXPECT_EQ(doubtful.waiting[0].path, path("3/a-3.iso"));
    EXPECT_TRUE(fetched.quarantined.empty());
}

TEST(WaitingSets, WithoutAnyEverythingGoesOn) {
    Plan plan;
    plan.remove = {gone("1/a-1.iso")};
    Listing listing;
    FetchResult fetched;
    Doubtful doubtful;
    hold_back_sets({{.folder = path("1"), .files = {path("1/a-2.iso")}}}, plan, listing, fetched, doubtful);
    EXPECT_TRUE(doubtful.names.empty() && doubtful.waiting.empty());
}

}  // namespace
}  // namespace mirrorseed::sync
