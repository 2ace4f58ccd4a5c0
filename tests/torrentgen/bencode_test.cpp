#include "torrentgen/bencode.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mirrorseed::torrentgen {
namespace {

TEST(Bencode, WritesEveryKindOfValueWithItsKeysInOrder) {
    const Bencoded value{BencodedDictionary{
        {"url-list", {BencodedList{{std::string("")}, {std::int64_t{0}}}}},
        {"announce", {std::string("http://t/")}},
        {"info", {BencodedDictionary{{"length", {std::int64_t{-7}}}, {"name", {std::string("a\0b", 3)}}}}}}};
    EXPECT_EQ(encode_bencoded(value),
              std::string("d8:announce9:http://t/4:infod6:lengthi-7e4:name3:a\0be8:url-listl0:i0eee", 71));
}

}  // namespace
}  // namespace mirrorseed::torrentgen
