#include "httpd/published/changes_asked.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::httpd {
namespace {

TEST(ChangesAsked, SayFromWhereAndInWhichLineage) {
    EXPECT_EQ(parse_changes_query("since=5&lineage=abc"), (ChangesAsked{5, "abc", {}}));
    EXPECT_EQ(parse_changes_query("lineage=abc&x=1&since=5&upto=9"), (ChangesAsked{5, "abc", 9}));
}

TEST(ChangesAsked, AreNothingElse) {
    for (const auto* query :
         {"", "since=5", "lineage=abc", "since=&lineage=abc", "since=-1&lineage=abc",
          "since=5&lineage=", "since=5&lineage=abc&upto=", "since=18446744073709551616&lineage=abc"})
        EXPECT_EQ(parse_changes_query(query), std::nullopt) << query;
}

}  // namespace
}  // namespace mirrorseed::httpd
