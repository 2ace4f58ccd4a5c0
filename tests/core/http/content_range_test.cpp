#include "core/http/content_range.hpp"

#include <gtest/gtest.h>

namespace mirrorseed {
namespace {

TEST(ContentRange, ReadsWhatA206Says) {
    EXPECT_EQ(parse_content_range("bytes 0-0/1"), (ContentRange{0, 1, 1}));
    EXPECT_EQ(parse_content_range("bytes 5-9/1000"), (ContentRange{5, 10, 1000}));
    EXPECT_EQ(parse_content_range("Bytes 5-9/*"), (ContentRange{5, 10, std::nullopt}));
    EXPECT_EQ(parse_content_range("bytes 0-4611686018427387902/4611686018427387903"),
              (ContentRange{0, 4611686018427387903, 4611686018427387903}));
}

TEST(ContentRange, TakesNothingElse) {
    for (const auto* text : {"",
                             "bytes",
                             "bytes ",
                             "bytes 0-0",
                             "bytes 0/1",
                             "bytes */1000",
                             "bytes */*",
                             "bytes 1-0/2",
                             "bytes 0-1/1",
                             "bytes 5-9/5",
                             "bytes=0-0/1",
                             "bytes  0-0/1",
                             "bytes 0-0/1 ",
                             "bytes 0 -0/1",
                             "bytes -1-0/1",
                             "bytes +0-0/1",
                             "bytes 0-0/",
                             "bytes 0-/1",
                             "bytes -0/1",
                             "bytes 0x0-0/1",
                             "items 0-0/1",
                             "bytes 0-0/1,",
                             "bytes 0-4611686018427387904/*",
                             "bytes 0-99999999999999999999/*",
                             "bytes 0/0-1"})
        EXPECT_FALSE(parse_content_range(text)) << text;
}

}  // namespace
}  // namespace mirrorseed
