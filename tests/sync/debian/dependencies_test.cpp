#include "sync/debian/dependencies.hpp"

#include "sync/debian/relations.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mirrorseed::sync::debian {
namespace {

using Names = std::vector<std::string>;

Package package(std::string name, std::string version, std::string depends = "", std::string provides = "",
                std::string architecture = "amd64") {
    return {.name = std::move(name),
            .version = std::move(version),
            .architecture = std::move(architecture),
            .depends = std::move(depends),
            .provides = std::move(provides)};
}

struct Found {
    Names chosen, unmet;
    bool operator==(const Found&) const = default;
};
void PrintTo(const Found& found, std::ostream* out) {
    *out << testing::PrintToString(found.chosen) << " without " << testing::PrintToString(found.unmet);
}

// What the first of them comes with.
Found needed(const std::vector<Package>& packages) {
    const auto closure = with_dependencies(packages, {0}, {}).value();
    Found found{.chosen = {}, .unmet = closure.unmet};
    for (const auto place : closure.chosen)
        found.chosen.push_back(packages[place].name + " " + packages[place].version);
    return found;
}

TEST(Dependencies, GoOnToTheEndAndEndInCircles) {
    EXPECT_EQ(
        needed({package("a", "1", "b"), package("b", "1", "c"), package("c", "1", "a"), package("d", "1")}),
        (Found{{"a 1", "b 1", "c 1"}, {}}));
}

TEST(Dependencies, OfAlternativesTheFirstThatThereIs) {
    EXPECT_EQ(needed({package("a", "1", "x | c | b"), package("b", "1"), package("c", "1")}),
              (Found{{"a 1", "c 1"}, {}}));
}

TEST(Dependencies, OfVersionsTheNewestThatSatisfies) {
    EXPECT_EQ(
        needed({package("a", "1", "b (<< 3)"), package("b", "1"), package("b", "2"), package("b", "3")}),
        (Found{{"a 1", "b 2"}, {}}));
    EXPECT_EQ(needed({package("a", "1", "b (>= 4) | c (= 1)"), package("b", "3"), package("c", "1")}),
              (Found{{"a 1", "c 1"}, {}}));
}

TEST(Dependencies, OfANameThatNoneHasAllThatProvideIt) {
    EXPECT_EQ(needed({package("a", "1", "mail"), package("b", "1", "", "mail"),
                      package("c", "1", "", "x, mail (= 2)")}),
              (Found{{"a 1", "b 1", "c 1"}, {}}));
    EXPECT_EQ(needed({package("a", "1", "mail (>= 2)"), package("b", "1", "", "mail"),
                      package("c", "1", "", "mail (= 2)")}),
              (Found{{"a 1", "c 1"}, {}}));
}

TEST(Dependencies, StayWithinTheArchitecture) {
    EXPECT_EQ(needed({package("a", "1", "b, d:any"), package("b", "1", "", "", "arm64"), package("b", "0"),
                      package("d", "1", "", "", "all")}),
              (Found{{"a 1", "b 0", "d 1"}, {}}));
}

TEST(Dependencies, TellWhatCannotBeHad) {
    EXPECT_EQ(needed({package("a", "1", "b (>= 2) | c, d"), package("b", "1")}),
              (Found{{"a 1"}, {"a needs b (>= 2)", "a needs d"}}));
    EXPECT_EQ(needed({package("a", "1", "b (")}),
              (Found{{"a 1"}, {"a: \"b (\" is no relation to a package"}}));
}

TEST(Relations, MayBeWrittenInManyWays) {
    const auto all = parse_relations("a, b (>=1) | c ( << 2:3-1 ) [amd64],\n d:native <!nocheck>,").value();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0][0].name, "a");
    EXPECT_EQ(all[1][0].version, "1");
    EXPECT_EQ(all[1][1].name, "c");
    EXPECT_EQ(all[1][1].version, "2:3-1");
    EXPECT_EQ(all[1][1].is, Relation::Is::earlier);
    EXPECT_EQ(all[2][0].name, "d");
    for (const auto* bad : {"a b", "(= 1)", "a (1)", "a (= )", "a (= 1", "a | "})
        EXPECT_FALSE(parse_relations(bad)) << bad;
}

TEST(Dependencies, EndWhenTheyAreStopped) {
    std::stop_source source;
    source.request_stop();
    const auto closure =
        with_dependencies({package("a", "1", "b"), package("b", "1")}, {0}, source.get_token());
    ASSERT_FALSE(closure);
    EXPECT_EQ(closure.error().text(), "stopped");
}

}  // namespace
}  // namespace mirrorseed::sync::debian
