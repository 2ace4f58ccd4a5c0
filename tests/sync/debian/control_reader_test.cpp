#include "sync/debian/control_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mirrorseed::sync::debian {
namespace {

// "value|value" of each stanza, or the error.
std::vector<std::string> stanzas(std::string_view text, std::size_t step = 1000) {
    std::vector<std::string> seen;
    ControlReader reader({"package", "depends"}, [&](const Stanza& stanza) {
        seen.push_back(std::string(stanza[0]) + "|" + std::string(stanza[1]));
        return Status();
    });
    Status read;
    for (; read && !text.empty(); text.remove_prefix(std::min(step, text.size())))
        read = reader.read(as_bytes(text.substr(0, step)));
    if (read) read = reader.finish();
    if (!read) seen.push_back(read.error().text());
    return seen;
}

using Seen = std::vector<std::string>;

TEST(ControlReader, TellsEachStanzaHoweverItComes) {
    const std::string text =
        "Package: a\nDepends: b,\n c\n\n# a remark\nPACKAGE:d\r\nOther: x\n more\n\n\nDepends: e";
    for (const std::size_t step : {1, 2, 7, 1000})
        EXPECT_EQ(stanzas(text, step), (Seen{"a|b,\nc", "d|", "|e"})) << step;
}

TEST(ControlReader, HasNothingToTellOfNothing) {
    EXPECT_EQ(stanzas(""), Seen{});
    EXPECT_EQ(stanzas("\n \n\n"), Seen{});
}

TEST(ControlReader, SaysWhichLineIsNone) {
    EXPECT_EQ(stanzas("Package: a\nhello\n"), Seen{"line 2: \"hello\" is no field"});
    EXPECT_EQ(stanzas("Package: a\nPackage: b\n"), Seen{"line 2: \"package\" a second time"});
    EXPECT_EQ(stanzas("Package:\npackage: b\n"), Seen{"line 2: \"package\" a second time"});
    EXPECT_EQ(stanzas(" a\n"), Seen{"line 1: a line that goes on with nothing"});
    EXPECT_EQ(stanzas("two words: a\n"), Seen{"line 1: \"two words: a\" is no field"});
}

TEST(ControlReader, EndsWhereItsListenerHadEnough) {
    int seen = 0;
    ControlReader reader({"package"}, [&](const Stanza&) -> Status {
        return ++seen == 2 ? Status(Error(Fault::refused, "enough")) : Status();
    });
    EXPECT_FALSE(reader.read(as_bytes("Package: a\n\nPackage: b\n\nPackage: c\n\n")));
    EXPECT_EQ(seen, 2);
}

}  // namespace
}  // namespace mirrorseed::sync::debian
