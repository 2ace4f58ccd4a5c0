#include "core/http/http_date.hpp"

#include <gtest/gtest.h>

namespace mirrorseed {
namespace {

constexpr UnixTime example = 784111777;  // the moment of RFC 9110 section 5.6.7
constexpr UnixTime now = 1795000000;     // 2026

TEST(HttpDate, WritesTheFixedForm) {
    EXPECT_EQ(format_http_date(example), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(format_http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
    EXPECT_EQ(format_http_date(-1), "Wed, 31 Dec 1969 23:59:59 GMT");
    EXPECT_EQ(format_http_date(951782400), "Tue, 29 Feb 2000 00:00:00 GMT");
    EXPECT_EQ(format_http_date(INT64_MAX), "Fri, 31 Dec 9999 23:59:59 GMT");
}

TEST(HttpDate, ReadsAllThreeForms) {
    EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", now), example);
    EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", now), example);
    EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994", now), example);
    EXPECT_EQ(parse_http_date("Wed Nov 16 08:49:37 1994", now), example + 10 * 86400);
}

TEST(HttpDate, PutsTwoDigitYearsNoMoreThanFiftyYearsAhead) {
    EXPECT_EQ(format_http_date(*parse_http_date("Friday, 01-Jan-76 00:00:00 GMT", now)).substr(12, 4),
              "2076");
    EXPECT_EQ(format_http_date(*parse_http_date("Friday, 01-Jan-77 00:00:00 GMT", now)).substr(12, 4),
              "1977");
}

TEST(HttpDate, ReadsBackWhatItWrites) {
    for (UnixTime time = -5'000'000'000; time < 20'000'000'000; time += 86399 * 977)
        EXPECT_EQ(parse_http_date(format_http_date(time), now), time);
}

TEST(HttpDate, RefusesWhatIsNoDate) {
    for (const auto* text : {"", "yesterday", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
                             "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
                             "Sun, 6 Nov 1994 08:49:37 GMT", "sun, 06 nov 1994 08:49:37 gmt",
                             "Sun, 06 Nov 1994 08:49:37 GMT ", "784111777", "Sun, 00 Nov 1994 08:49:37 GMT"})
        EXPECT_EQ(parse_http_date(text, now), std::nullopt) << text;
}

}  // namespace
}  // namespace mirrorseed
