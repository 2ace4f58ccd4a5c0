#include "core/http/http_text.hpp"

#include <gtest/gtest.h>

namespace mirrorseed {
namespace {

TEST(HttpText, KnowsTokens) {
    for (const auto* text : {"a", "Content-Length", "x_1.~!#$%&'*+^`|"})
        EXPECT_TRUE(is_http_token(text)) << text;
    for (const auto* text : {"", "a b", "a:", "a(", "\xc3\xa9", "a\t", "\"a\""})
        EXPECT_FALSE(is_http_token(text)) << text;
}

TEST(HttpText, KnowsWhatMayStandInAValue) {
    EXPECT_TRUE(is_field_value("a\tb \xc3\xa9"));
    for (const auto* text : {"a\rb", "\n", "\x01", "\x7f"})
        EXPECT_FALSE(is_field_value(text));
    EXPECT_FALSE(is_field_value(std::string_view("\0", 1)));
}

TEST(HttpText, ComparesWordsWithoutCase) {
    EXPECT_TRUE(same_word("Chunked", "chUNKED"));
    EXPECT_FALSE(same_word("chunked", "chunke"));
    EXPECT_FALSE(same_word("[", "{"));
}

TEST(HttpText, TakesBlanksAway) {
    EXPECT_EQ(without_blanks(" \t a b\t "), "a b");
    EXPECT_EQ(without_blanks(" \t"), "");
}

TEST(HttpText, FindsStrayLineEnds) {
    EXPECT_FALSE(has_stray_line_end("a\r\nb\r\n\r\n"));
    for (const auto* text : {"a\nb", "\n", "a\rb", "\r\r\n", "a\r\n\n"})
        EXPECT_TRUE(has_stray_line_end(text)) << text;
}

}  // namespace
}  // namespace mirrorseed
