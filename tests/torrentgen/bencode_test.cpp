#include "torrentgen/bencode.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mirrorseed::torrentgen {
namespace {

TEST(Bencode, ReadsWhatItWrites) {
    const Bencoded value{BencodedDictionary{
        {"announce", {std::string("http://tracker.example/announce")}},
        {"info", {BencodedDictionary{{"length", {std::int64_t{-7}}}, {"name", {std::string("a\0b", 3)}}}}},
        {"url-list", {BencodedList{{std::string("")}, {std::int64_t{0}}}}}}};
    const auto text = encode_bencoded(value);
    const auto again = parse_bencoded(text);
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(*again, value);
    EXPECT_EQ(encode_bencoded(*again), text);
}

TEST(Bencode, RefusesWhatIsNotCanonicalAndNamesTheByte) {
    using namespace std::string_view_literals;
    for (const auto text : {""sv, "i"sv, "i-0e"sv, "i01e"sv, "ie"sv, "i9223372036854775808e"sv, "5:abc"sv,
                            "-1:a"sv, "01:a"sv, "l"sv, "li1e"sv, "d"sv, "di1ei2ee"sv, "d1:bi1e1:ai2ee"sv,
                            "d1:ai1e1:ai2ee"sv, "i1ei2e"sv, "99999999999999999999:"sv, "d1:a"sv, "x"sv}) {
        const auto value = parse_bencoded(text);
        ASSERT_FALSE(value) << text;
        EXPECT_NE(value.error().text().find("at byte"), std::string::npos) << value.error().text();
    }
}

TEST(Bencode, SurvivesADepthBomb) {
    EXPECT_FALSE(parse_bencoded(std::string(1'000'000, 'l')));
    EXPECT_TRUE(parse_bencoded(std::string(60, 'l') + std::string(60, 'e')));
}

}  // namespace
}  // namespace mirrorseed::torrentgen
