#include "httpd/gzip.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::httpd {
namespace {

TEST(Gzip, IsShortForWhatIsAlikeAndSaysNothingOfTheTime) {
    const std::string text(100'000, 'a');
    const auto small = gzip(text);
    EXPECT_LT(small.size(), 1000u);
    EXPECT_EQ(small.substr(0, 8), std::string("\x1f\x8b\x08\0\0\0\0\0", 8));
    EXPECT_EQ(gzip(text), small);
    EXPECT_GT(gzip("").size(), 0u);
}

}  // namespace
}  // namespace mirrorseed::httpd
