#include "httpd/tracker/connection_ids.hpp"

#include "tests/httpd/tracker/packet_words.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::httpd::tracker {
namespace {

using std::chrono::seconds;

TEST(ConnectionIds, AreGoodForTwoMinutesAndNotForThree) {
    const ConnectionIds ids(HashKey{1, 2});
    for (int begin = 0; begin < 90; begin += 7) {
        const auto id = ids.id_for(v4(1, 2, 3, 4), at(seconds(begin)));
        for (const int age : {0, 1, 60, 119, 120})
            EXPECT_TRUE(ids.is_good(id, v4(1, 2, 3, 4), at(seconds(begin + age)))) << begin << ' ' << age;
        for (const int age : {160, 179, 180, 320, 100000})
            EXPECT_FALSE(ids.is_good(id, v4(1, 2, 3, 4), at(seconds(begin + age)))) << begin << ' ' << age;
    }
}

TEST(ConnectionIds, AreOfOneAddressAndOneSecret) {
    const ConnectionIds ids(HashKey{1, 2}), others(HashKey{1, 3});
    const auto id = ids.id_for(v4(1, 2, 3, 4), at({}));
    EXPECT_FALSE(ids.is_good(id, v4(1, 2, 3, 5), at({})));
    EXPECT_FALSE(ids.is_good(id, v6(1), at({})));
    EXPECT_FALSE(others.is_good(id, v4(1, 2, 3, 4), at({})));
    for (const std::uint64_t guess :
         {std::uint64_t{0}, id ^ 1, id ^ 2, id ^ 4, ~id, std::uint64_t{0x41727101980}})
        EXPECT_FALSE(ids.is_good(guess, v4(1, 2, 3, 4), at({})));
}

}  // namespace
}  // namespace mirrorseed::httpd::tracker
