#include "torrentgen/bencode_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace mirrorseed::torrentgen {

std::ostream& operator<<(std::ostream& out, const BencodeFlaw& flaw) {
    return out << "flaw " << static_cast<int>(flaw.kind) << " at " << flaw.offset;
}

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Flaw = BencodeFlaw;

BencodeView view(std::string_view bytes, BencodeLimits limits = {}) {
    auto parsed = BencodeView::parse(bytes, limits);
    EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().text());
    return parsed ? std::move(*parsed) : *BencodeView::parse("le");
}

std::string fault(std::string_view bytes, BencodeLimits limits = {}) {
    const auto parsed = BencodeView::parse(bytes, limits);
    return parsed ? "none" : parsed.error().text();
}

TEST(BencodeView, FindsItsWayThroughWhatLiesThere) {
    constexpr std::string_view bytes = "d1:ai-7e1:bl1:xi2eldeee1:cd3:key5:valueeejunk";
    const auto parsed = view(bytes);
    const auto root = parsed.root();
    EXPECT_EQ(root.find("a").integer(), -7);
    EXPECT_EQ(root.find("c").find("key").text(), "value");
    EXPECT_EQ(root.find("c").bytes(), "d3:key5:valuee");
    EXPECT_EQ(bytes.substr(root.find("b").begin(), 2), "l1");
    EXPECT_EQ(parsed.trailing(), 4U);
    std::vector<std::string> items;
    for (const auto item : root.find("b").items())
        items.emplace_back(item.bytes());
    EXPECT_THAT(items, ElementsAre("1:x", "i2e",
                                   "lde"
                                   "e"));
    std::vector<std::string> keys;
    for (const auto member : root.members())
        keys.emplace_back(member.key);
    EXPECT_THAT(keys, ElementsAre("a", "b", "c"));
}

TEST(BencodeView, AnswersNothingWhereThereIsNothing) {
    const auto parsed = view("d1:ai1ee");
    const auto none = parsed.root().find("x");
    EXPECT_FALSE(none);
    EXPECT_FALSE(none.find("y") || none.integer() || none.text());
    EXPECT_TRUE(none.items().empty() && none.members().empty() && none.bytes().empty());
    const auto number = parsed.root().find("a");
    EXPECT_FALSE(number.text());
    EXPECT_TRUE(number.items().empty() && number.members().empty());
    EXPECT_FALSE(parsed.root().find("a", BencodeKind::text));
}

TEST(BencodeView, NamesTheByteOfEveryFault) {
    using namespace std::string_view_literals;
    const std::vector<std::pair<std::string_view, std::string_view>> faults{
        {""sv, "byte 0: it is cut short"},
        {"e"sv, "byte 0: an end without a beginning"},
        {"x"sv, "byte 0: no value begins so"},
        {"\0"sv, "byte 0: no value begins so"},
        {"l"sv, "byte 1: it is cut short"},
        {"i1"sv, "byte 0: an integer is cut short"},
        {"lie"sv, "byte 1: an integer is no number"},
        {"i-e"sv, "byte 0: an integer is no number"},
        {"i1xe"sv, "byte 0: an integer is no number"},
        {"i999999999999999999999e"sv, "byte 0: an integer is too large"},
        {"l5:abce"sv, "byte 1: a string of 5 bytes has only 4"},
        {"5"sv, "byte 0: a string's length is cut short"},
        {"5x"sv, "byte 0: a string's length is no number"},
        {"99999999999999999999:"sv, "byte 0: a string's length is too large"},
        {"00000000000000000:"sv, "byte 0: a string's length is too large"},
        {"di1ei2ee"sv, "byte 1: a key is no string"},
        {"d1:ae"sv, "byte 4: a key has no value"},
        {"d1:a"sv, "byte 4: it is cut short"},
    };
    for (const auto& [bytes, words] : faults)
        EXPECT_THAT(fault(bytes), HasSubstr(words)) << bytes;
}

TEST(BencodeView, StopsAtItsLimits) {
    EXPECT_THAT(fault(std::string(1'000'000, 'l')), HasSubstr("byte 100: it is nested more than 99 deep"));
    EXPECT_EQ(fault(std::string(99, 'l') + std::string(99, 'e')), "none");
    EXPECT_THAT(fault(std::string(100, 'l') + std::string(100, 'e')), HasSubstr("nested"));
    EXPECT_THAT(fault("l0:0:0:e", {.tokens = 4, .depth = 2}), HasSubstr("byte 7: it has more than 4 parts"));
    EXPECT_EQ(fault("l0:0:0:e", {.tokens = 5, .depth = 2}), "none");
}

TEST(BencodeView, TakesNumbersThatAreOddAndTellsOfThem) {
    const auto flaws_of = [](std::string_view bytes) { return BencodeView::flaws(view(bytes).root()); };
    EXPECT_THAT(flaws_of("ld1:ai0e2:aai1eei-1e0:e"), IsEmpty());
    EXPECT_THAT(flaws_of("li01ei00ee"), ElementsAre(Flaw{Flaw::Kind::leading_zero, 1}));
    EXPECT_THAT(flaws_of("l02:abe"), ElementsAre(Flaw{Flaw::Kind::leading_zero, 1}));
    EXPECT_THAT(flaws_of("li-0ee"), ElementsAre(Flaw{Flaw::Kind::negative_zero, 1}));
    EXPECT_THAT(flaws_of("i9223372036854775808e"), ElementsAre(Flaw{Flaw::Kind::huge_number, 0}));
    EXPECT_EQ(view("i9223372036854775808e").root().integer(), 0);
    EXPECT_EQ(view("i-9223372036854775808e").root().integer(), std::numeric_limits<std::int64_t>::min());
    EXPECT_THAT(flaws_of("d1:bi1e1:ai2ee"), ElementsAre(Flaw{Flaw::Kind::unsorted_keys, 7}));
    EXPECT_THAT(flaws_of("d1:ai1e1:ai2ee"), ElementsAre(Flaw{Flaw::Kind::repeated_key, 7}));
    EXPECT_EQ(view("d1:ai1e1:ai2ee").root().find("a").integer(), 1);
    EXPECT_EQ(view("02:abe").root().text(), "ab");
}

}  // namespace
}  // namespace mirrorseed::torrentgen
