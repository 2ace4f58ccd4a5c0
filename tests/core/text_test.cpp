#include "core/text.hpp"

#include "core/digest.hpp"
#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

#include <array>

namespace mirrorseed {
namespace {

using test::fails_with;
using namespace std::string_view_literals;

std::string every_byte() {
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte)
        bytes += static_cast<char>(byte);
    return bytes;
}

TEST(Text, EscapesWhateverCouldSteerATerminalOrALog) {
    const struct {
        std::string_view text, escaped;
    } cases[] = {
        {"plain text"sv, "plain text"sv},
        {"h\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80"sv, "h\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80"sv},
        {"a\nb\r\t"sv, "a\\x0ab\\x0d\\x09"sv},
        {"\0"sv, "\\x00"sv},
        {"\x1b[31m"sv, "\\x1b[31m"sv},
        {"\x7f"sv, "\\x7f"sv},
        {"\\"sv, "\\\\"sv},
        {"\\x41"sv, "\\\\x41"sv},
        {"\xc2\x9b"sv, "\\xc2\\x9b"sv},           // a C1 control
        {"\xc2\xa0"sv, "\xc2\xa0"sv},             // a no-break space is none
        {"\xe2\x80\xae"sv, "\\xe2\\x80\\xae"sv},  // right-to-left override
        {"\xe2\x81\xa6"sv, "\\xe2\\x81\\xa6"sv},  // left-to-right isolate
        {"\xe2\x80\xa8"sv, "\\xe2\\x80\\xa8"sv},  // line separator
        {"\xe2\x80\x94"sv, "\xe2\x80\x94"sv},     // a dash
        {"\xff\xfe"sv, "\\xff\\xfe"sv},
        {"\xc0\xaf"sv, "\\xc0\\xaf"sv},                    // an overlong slash
        {"\xed\xa0\x80"sv, "\\xed\\xa0\\x80"sv},           // half of a surrogate pair
        {"\xf4\x90\x80\x80"sv, "\\xf4\\x90\\x80\\x80"sv},  // beyond Unicode
        {"\xe2\x82"sv, "\\xe2\\x82"sv},                    // cut short
        {"\x80"sv, "\\x80"sv},
    };
    for (const auto& c : cases)
        EXPECT_EQ(escape_text(c.text), c.escaped);
}

TEST(Text, WhatIsEscapedIsUtf8WithoutControls) {
    const auto escaped = escape_text(every_byte());
    EXPECT_TRUE(is_utf8(escaped));
    for (const char c : escaped)
        EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

TEST(Text, InAMessageIsQuotedAndCut) {
    EXPECT_EQ(in_quotes("a\n"), "\"a\\x0a\"");
    EXPECT_EQ(in_quotes(std::string(101, 'x')), "\"" + std::string(100, 'x') + "\"");
}

TEST(Text, KnowsUtf8) {
    for (const auto good : {""sv, "a"sv, "\xc2\x80"sv, "\xdf\xbf"sv, "\xe0\xa0\x80"sv, "\xed\x9f\xbf"sv,
                            "\xef\xbf\xbf"sv, "\xf0\x90\x80\x80"sv, "\xf4\x8f\xbf\xbf"sv, "\0"sv})
        EXPECT_TRUE(is_utf8(good)) << escape_text(good);
    for (const auto bad :
         {"\x80"sv, "\xc0\x80"sv, "\xc1\xbf"sv, "\xe0\x80\x80"sv, "\xed\xa0\x80"sv, "\xf0\x80\x80\x80"sv,
          "\xf4\x90\x80\x80"sv, "\xf5\x80\x80\x80"sv, "\xff"sv, "a\xe2\x82"sv,
          "\xe2\x82"
          "a"sv})
        EXPECT_FALSE(is_utf8(bad)) << escape_text(bad);
}

TEST(Text, AsUtf8ChangesOnlyWhatIsNone) {
    EXPECT_EQ(as_utf8("a\n\\h\xc3\xa4"), "a\n\\h\xc3\xa4");
    EXPECT_EQ(as_utf8("a\xff\xc3\xa4"), "a\\xff\xc3\xa4");
    EXPECT_TRUE(is_utf8(as_utf8(every_byte())));
}

TEST(Text, PercentEncodesAllButUnreservedCharactersAndSlashes) {
    EXPECT_EQ(percent_encode_path("a/b-c_d.e~9"), "a/b-c_d.e~9");
    EXPECT_EQ(percent_encode_path("a b+c?d#e%"), "a%20b%2Bc%3Fd%23e%25");
    EXPECT_EQ(percent_encode_path("\xff\n\""), "%FF%0A%22");
}

TEST(Text, PercentDecodesOnce) {
    EXPECT_EQ(percent_decode("a%20b").value(), "a b");
    EXPECT_EQ(percent_decode("%41").value(), "A");
    EXPECT_EQ(percent_decode("%2f%2F").value(), "//");
    EXPECT_EQ(percent_decode("a+b").value(), "a+b");
    EXPECT_EQ(percent_decode("%2541").value(), "%41");
    EXPECT_EQ(percent_decode("%00").value(), std::string(1, '\0'));
    for (const auto* text : {"%", "a%", "%4", "%zz", "%4g", "%g4", "% 41", "%%41"})
        EXPECT_TRUE(fails_with(Fault::bad_input, percent_decode(text))) << text;
}

TEST(Text, PercentEncodingComesBackForEveryByte) {
    EXPECT_EQ(percent_decode(percent_encode_path(every_byte())).value(), every_byte());
}

TEST(Text, HexGoesBothWays) {
    const std::array<std::uint8_t, 4> bytes{0x00, 0x9f, 0xab, 0xff};
    EXPECT_EQ(to_hex(bytes), "009fabff");
    std::array<std::uint8_t, 4> back{};
    EXPECT_TRUE(from_hex("009FabFF", back));
    EXPECT_EQ(back, bytes);
    for (const auto* text : {"", "009fabf", "009fabff0", "009fabfg", " 09fabff", "0x9fabff"})
        EXPECT_FALSE(from_hex(text, back)) << text;
}

TEST(Text, Base64GoesBothWays) {
    // RFC 4648, section 10.
    const std::pair<std::string_view, std::string_view> cases[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
    for (const auto& [text, encoded] : cases) {
        EXPECT_EQ(to_base64(as_bytes(text)), encoded);
        const auto back = from_base64(encoded).value();
        EXPECT_EQ(std::string(back.begin(), back.end()), text);
    }
    const auto all = every_byte();
    const auto back = from_base64(to_base64(as_bytes(all))).value();
    EXPECT_EQ(std::string(back.begin(), back.end()), all);
}

TEST(Text, RefusesBrokenBase64) {
    for (const auto* text : {"Z", "Zg", "Zg=", "Zg===", "=Zg=", "Z===", "Zg==Zg==", "Zm9v\n", "Zm9_", "Zm 9"})
        EXPECT_TRUE(fails_with(Fault::bad_input, from_base64(text))) << text;
}

TEST(Text, TrimsBlanksAtBothEnds) {
    EXPECT_EQ(trimmed(" \t a b \r\n"), "a b");
    EXPECT_EQ(trimmed(" \n"), "");
    EXPECT_EQ(trimmed(""), "");
}

TEST(Text, NearestFindsWhatWasMeantAndNothingWhenNothingIsNear) {
    const std::array<std::string_view, 4> words{"sync", "serve", "status", "max_delete"};
    EXPECT_EQ(nearest("snyc", std::span<const std::string_view>(words).first(3)),
              "");  // two edits in a short word
    EXPECT_EQ(nearest("syn", words), "sync");
    EXPECT_EQ(nearest("serv", words), "serve");
    EXPECT_EQ(nearest("max_deletes", words), "max_delete");
    EXPECT_EQ(nearest("maxdelet", words), "max_delete");
    EXPECT_EQ(nearest("banana", words), "");
    EXPECT_EQ(nearest("x", {}), "");
}

}  // namespace
}  // namespace mirrorseed
