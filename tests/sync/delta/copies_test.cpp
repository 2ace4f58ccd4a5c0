#include "sync/delta/copies.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mirrorseed::sync {
namespace {

using namespace std::string_literals;

struct Read {
    std::vector<Copied> copies{};
    bool is_good = true, is_at_end = false;
};

Read read(const std::string& delta, Bytes begin = 0, std::size_t step = 1000) {
    Read done;
    CopyReader reader(begin, [&](const Copied& copied) { done.copies.push_back(copied); });
    for (std::size_t at = 0; at < delta.size() && done.is_good; at += step)
        done.is_good = reader.take(as_bytes(std::string_view(delta).substr(at, step))).has_value();
    done.is_at_end = reader.is_at_end();
    return done;
}

const std::string magic = "rs\x02\x36";

TEST(Copies, LieWhereTheSeedHasComeTo) {
    // Three literal bytes, a copy of 300 from 5, one of 7 from 70,000, and 65 literal bytes.
    const auto delta = magic +
                       "\x03"
                       "abc" +
                       "\x46\x05\x01\x2c"s + "\x4d\x00\x01\x11\x70\x07"s + "\x41\x41"s +
                       std::string(65, '\x46') + "\x45\x00\x01"s + "\0"s;
    const std::vector<Copied> expected{{5, 300, 103}, {70'000, 7, 403}, {0, 1, 475}};
    for (const std::size_t step : {1u, 2u, 3u, 7u, 1000u}) {
        const auto done = read(delta, 100, step);
        EXPECT_TRUE(done.is_good && done.is_at_end) << step;
        EXPECT_EQ(done.copies, expected) << step;
    }
}

TEST(Copies, AreReadFromNothingElse) {
    EXPECT_FALSE(read("rs\x02\x35").is_good);
    EXPECT_FALSE(read("x").is_good);
    EXPECT_FALSE(read(magic + "\x55").is_good) << "no such command";
    EXPECT_FALSE(read(magic + "\xff").is_good);
    EXPECT_FALSE(read(magic + "\0x"s).is_good) << "something behind the end";
    EXPECT_FALSE(read(magic + "\x46\x05").is_at_end);
    EXPECT_TRUE(read(magic + "\x44\xff\xff\xff\xff\xff\xff\xff\xff"s + "abc").is_good)
        << "it is not there yet";
}

}  // namespace
}  // namespace mirrorseed::sync
