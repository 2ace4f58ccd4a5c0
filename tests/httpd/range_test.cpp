#include "httpd/range.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mirrorseed::httpd {
namespace {

using Kind = RangeChoice::Kind;

struct Case {
    std::string field;
    Kind kind;
    std::vector<Span> parts;
};
std::ostream& operator<<(std::ostream& out, const Case& one) {
    return out << one.field;
}

class RangeOfAThousandBytes : public testing::TestWithParam<Case> {};

TEST_P(RangeOfAThousandBytes, IsChosen) {
    const auto choice = choose_ranges(GetParam().field, 1000);
    EXPECT_EQ(choice.kind, GetParam().kind);
    EXPECT_EQ(choice.parts, GetParam().parts);
}

INSTANTIATE_TEST_SUITE_P(
    Single, RangeOfAThousandBytes,
    testing::Values(
        Case{"bytes=0-0", Kind::parts, {{0, 1}}}, Case{"bytes=0-", Kind::parts, {{0, 1000}}},
        Case{"bytes=5-9", Kind::parts, {{5, 10}}}, Case{"bytes=999-", Kind::parts, {{999, 1000}}},
        Case{"bytes=990-5000", Kind::parts, {{990, 1000}}}, Case{"bytes=-1", Kind::parts, {{999, 1000}}},
        Case{"bytes=-1000", Kind::parts, {{0, 1000}}}, Case{"bytes=-5000", Kind::parts, {{0, 1000}}},
        Case{"BYTES=0-1", Kind::parts, {{0, 2}}}, Case{"bytes=000-001", Kind::parts, {{0, 2}}},
        Case{"bytes=0-99999999999999999999999", Kind::parts, {{0, 1000}}},
        Case{"bytes=-99999999999999999999999", Kind::parts, {{0, 1000}}},
        Case{"bytes=18446744073709551615-", Kind::unsatisfiable, {}},
        Case{"bytes=99999999999999999999999-", Kind::unsatisfiable, {}},
        Case{"bytes=1000-", Kind::unsatisfiable, {}}, Case{"bytes=1000-1001", Kind::unsatisfiable, {}},
        Case{"bytes=-0", Kind::unsatisfiable, {}}));

INSTANTIATE_TEST_SUITE_P(Many, RangeOfAThousandBytes,
                         testing::Values(Case{"bytes=0-1,5-6", Kind::parts, {{0, 2}, {5, 7}}},
                                         Case{"bytes=5-6,0-1", Kind::parts, {{5, 7}, {0, 2}}},
                                         Case{"bytes=0-1,,5-6,", Kind::parts, {{0, 2}, {5, 7}}},
                                         Case{"bytes=, \t0-1 , 5-6", Kind::parts, {{0, 2}, {5, 7}}},
                                         Case{"bytes=0-5,3-9", Kind::parts, {{0, 10}}},
                                         Case{"bytes=0-4,5-9", Kind::parts, {{0, 10}}},
                                         Case{"bytes=0-99,10-20", Kind::parts, {{0, 100}}},
                                         Case{
                                             "bytes=500-599,0-9,550-700", Kind::parts, {{500, 701}, {0, 10}}},
                                         Case{"bytes=20-29,0-9,9-20", Kind::parts, {{0, 30}}},
                                         Case{"bytes=0-1,2000-", Kind::parts, {{0, 2}}},
                                         Case{"bytes=2000-,-0,3000-", Kind::unsatisfiable, {}},
                                         Case{"bytes=0-0,-1", Kind::parts, {{0, 1}, {999, 1000}}}));

INSTANTIATE_TEST_SUITE_P(
    Ignored, RangeOfAThousandBytes,
    testing::Values(Case{"", Kind::whole, {}}, Case{"bytes", Kind::whole, {}},
                    Case{"bytes=", Kind::whole, {}}, Case{"bytes=,,", Kind::whole, {}},
                    Case{"bytes=-", Kind::whole, {}}, Case{"bytes=5", Kind::whole, {}},
                    Case{"bytes=9-5", Kind::whole, {}}, Case{"bytes=0-1,9-5", Kind::whole, {}},
                    Case{"bytes=a-b", Kind::whole, {}}, Case{"bytes=0-1x", Kind::whole, {}},
                    Case{"bytes=0 - 1", Kind::whole, {}}, Case{"bytes=+0-1", Kind::whole, {}},
                    Case{"bytes=--1", Kind::whole, {}}, Case{"bytes =0-1", Kind::whole, {}},
                    Case{"items=0-1", Kind::whole, {}}, Case{"bytes: 0-1", Kind::whole, {}},
                    Case{"bytes=0-1;2-3", Kind::whole, {}}));

TEST(Range, NeverFailsOnAnEmptyFile) {
    for (const auto* field : {"bytes=0-", "bytes=1-", "bytes=-5", "bytes=0-0", "bytes=-0", "nonsense"})
        EXPECT_EQ(choose_ranges(field, 0).kind, Kind::whole) << field;
}

std::string many(int count, bool ascending) {
    std::string field = "bytes=";
    for (int i = 0; i < count; ++i) {
        const auto at = std::to_string((ascending ? i : count - i) * 10);
        field += at + "-" + at + ",";
    }
    return field;
}

TEST(Range, AllowsFiveHundredAndTwelveAscendingParts) {
    EXPECT_EQ(choose_ranges(many(512, true), 100000).parts.size(), 512u);
    EXPECT_EQ(choose_ranges(many(513, true), 100000).kind, Kind::whole);
}

TEST(Range, AllowsSixteenUnorderedParts) {
    EXPECT_EQ(choose_ranges(many(16, false), 100000).parts.size(), 16u);
    EXPECT_EQ(choose_ranges(many(17, false), 100000).kind, Kind::whole);
}

TEST(Range, EndsOfTheNumberLineDoNotOverflow) {
    constexpr Bytes most = ~Bytes{0};
    const auto choice = choose_ranges("bytes=18446744073709551614-18446744073709551615", most);
    EXPECT_EQ(choice.parts, (std::vector<Span>{{most - 1, most}}));
}

}  // namespace
}  // namespace mirrorseed::httpd
