#include "core/units.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed {
namespace {

using std::chrono::seconds;
using test::fails_with;

constexpr Bytes kib = 1024, mib = 1024 * kib, gib = 1024 * mib, tib = 1024 * gib;

TEST(Units, ReadsSizes) {
    const struct {
        const char* text;
        Bytes size;
    } cases[] = {
        {"0", 0},
        {"4096", 4096},
        {"4096 B", 4096},
        {"5 GiB", 5 * gib},
        {"64KiB", 64 * kib},
        {"10MB", 10'000'000},
        {"  1 MiB ", mib},
        {"1.5 KiB", 1536},
        {"2TB", 2'000'000'000'000},
        {"1 TiB", tib},
        {"3 kB", 3000},
        {"3 KB", 3000},
        {"1 GB", 1'000'000'000},
        {"0.5 GiB", gib / 2},
        {"4611686018427387904", Bytes{1} << 62},
        {"9007199254740993", 9007199254740993},  // no double holds it
    };
    for (const auto& c : cases) {
        const auto size = parse_size(c.text);
        ASSERT_TRUE(test::ok(size)) << c.text;
        EXPECT_EQ(*size, c.size) << c.text;
    }
}

TEST(Units, RefusesWhatIsNoSize) {
    for (const auto* text :
         {"", " ", "GiB", "5 gib", "5 XiB", "-1", "+1", "1e6", "1,5 GiB", "1.2.3", "0x10", "5 GiB x", "5 G",
          "99999999999999999999", "9000000 TiB", "nan", "inf", "1 1", "5 MB/s"})
        EXPECT_TRUE(fails_with(Fault::bad_input, parse_size(text))) << '"' << text << '"';
}

TEST(Units, ReadsRates) {
    EXPECT_EQ(parse_rate("50 MB/s").value().bytes_per_second, 50'000'000u);
    EXPECT_EQ(parse_rate("1 KiB/s").value().bytes_per_second, 1024u);
    EXPECT_EQ(parse_rate("200 B/s").value().bytes_per_second, 200u);
    EXPECT_TRUE(parse_rate("0").value().unlimited());
    for (const auto* text : {"", "50 MB", "50", "/s", "fast", "50 MB/m", "MB/s"})
        EXPECT_TRUE(fails_with(Fault::bad_input, parse_rate(text))) << '"' << text << '"';
}

TEST(Units, ReadsTimes) {
    const struct {
        const char* text;
        std::int64_t seconds;
    } cases[] = {{"0", 0},          {"30s", 30},        {"30 s", 30},        {"5m", 300},
                 {"36h", 129'600},  {"1d12h", 129'600}, {"1d 12h", 129'600}, {"30d", 2'592'000},
                 {"2w", 1'209'600}, {"1.5h", 5400},     {" 90s ", 90}};
    for (const auto& c : cases) {
        const auto time = parse_duration(c.text);
        ASSERT_TRUE(test::ok(time)) << c.text;
        EXPECT_EQ(time->count(), c.seconds) << c.text;
    }
    for (const auto* text :
         {"", "5", "h", "5x", "-5s", "5s x", "5hours", "1 000s", "never", "9999999999999s"})
        EXPECT_TRUE(fails_with(Fault::bad_input, parse_duration(text))) << '"' << text << '"';
}

TEST(Units, AnErrorQuotesTheTextEscapedAndShowsAnExample) {
    const auto refused = parse_size("5\x1b[31m");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text().find("5\\x1b[31m"), std::string::npos) << refused.error().text();
    EXPECT_NE(refused.error().text().find("5 GiB"), std::string::npos) << refused.error().text();
}

TEST(Units, ShowsSizesAndRatesToPeople) {
    EXPECT_EQ(format_size(0), "0 B");
    EXPECT_EQ(format_size(1023), "1023 B");
    EXPECT_EQ(format_size(1536), "1.5 KiB");
    EXPECT_EQ(format_size(12 * mib), "12 MiB");
    EXPECT_EQ(format_size(tib), "1.0 TiB");
    EXPECT_EQ(format_rate({12 * mib}), "12 MiB/s");
    EXPECT_EQ(format_rate({}), "unlimited");
}

TEST(Units, ShowsTimesToPeople) {
    EXPECT_EQ(format_duration(seconds(7)), "7s");
    EXPECT_EQ(format_duration(seconds(65)), "1m 05s");
    EXPECT_EQ(format_duration(seconds(3900)), "1h 05m");
    EXPECT_EQ(format_duration(seconds(90'000)), "1d 01h");
}

TEST(Units, ExactTextsAreReadBack) {
    for (const Bytes size : {Bytes{0}, Bytes{1}, Bytes{1000}, kib, Bytes{1536}, mib, mib + 1, 5 * gib,
                             3 * tib, Bytes{10'000'000}, Bytes{9007199254740993}}) {
        EXPECT_EQ(parse_size(exact_size(size)).value(), size) << exact_size(size);
        EXPECT_EQ(parse_rate(exact_rate({size})).value().bytes_per_second, size) << exact_rate({size});
    }
    for (const std::int64_t time :
         {0, 1, 59, 60, 61, 90, 3600, 3660, 86'400, 90'000, 129'600, 172'800, 2'592'000})
        EXPECT_EQ(parse_duration(exact_duration(seconds(time))).value().count(), time)
            << exact_duration(seconds(time));
}

TEST(Units, ExactTextsAreShortWhereTheyCanBe) {
    EXPECT_EQ(exact_size(5 * gib), "5 GiB");
    EXPECT_EQ(exact_size(64 * kib), "64 KiB");
    EXPECT_EQ(exact_duration(seconds(129'600)), "36h");
    EXPECT_EQ(exact_duration(seconds(90)), "90s");
    EXPECT_EQ(exact_duration(seconds(30 * 86'400)), "30d");
}

}  // namespace
}  // namespace mirrorseed
