#include "sync/arch/package_desc.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync::arch {
namespace {

const std::string sum(64, 'a');
const std::string good =
    "%FILENAME%\na-1-1-any.pkg.tar.zst\n\n%NAME%\na\n\n%CSIZE%\n12\n\n%SHA256SUM%\n" + sum + "\n\n";

std::string fault(const std::string& text) {
    const auto package = parse_desc(text);
    return package ? "it is good" : package.error().text();
}

std::string without(const std::string& field) {
    auto text = good;
    const auto at = text.find(field);
    return text.erase(at, text.find("\n\n", at) + 2 - at);
}

TEST(PackageDesc, TellsWhatTheFileMustBe) {
    const auto package =
        parse_desc("%DESC%\n%not a field%\n\n" + good + "%DEPENDS%\nb\nc\n\n%PGPSIG%\naGVs\nbG8=\n").value();
    EXPECT_EQ(package.name, "a");
    EXPECT_EQ(package.file.str(), "a-1-1-any.pkg.tar.zst");
    EXPECT_EQ(package.size, 12U);
    EXPECT_EQ(package.digest.hex(), sum);
    EXPECT_EQ(package.signature, "hello");
    EXPECT_EQ(parse_desc(good).value().signature, "");
}

TEST(PackageDesc, TakesLinesAsWindowsEndsThem) {
    std::string text;
    for (const char c : good)
        text += c == '\n' ? std::string("\r\n") : std::string(1, c);
    EXPECT_EQ(parse_desc(text).value(), parse_desc(good).value());
}

TEST(PackageDesc, RefusesWhatDoesNotTell) {
    EXPECT_EQ(fault(""), "tells \"\", which is no file beside the database");
    EXPECT_EQ(fault(without("%FILENAME%")), "tells \"\", which is no file beside the database");
    EXPECT_EQ(fault(without("%NAME%")), "names no package");
    EXPECT_EQ(fault(without("%CSIZE%")), "tells \"\", which is no size");
    EXPECT_EQ(fault(without("%SHA256SUM%") + "%MD5SUM%\n00\n\n"), "tells no SHA-256");
    EXPECT_EQ(fault(without("%SHA256SUM%") + "%SHA256SUM%\n00\n\n"), "tells \"00\", which is no SHA-256");
}

TEST(PackageDesc, RefusesWhatIsNoSuchText) {
    EXPECT_EQ(fault("a\n" + good), "has \"a\", which is no field");
    EXPECT_EQ(fault(good + "%NAME%\nb\n"), "tells %NAME% a second time");
    EXPECT_EQ(fault(good + "%PGPSIG%\n-\n"), "tells a signature that is none");
    for (const char* name : {"a/b", "/a", "..", "."})
        EXPECT_EQ(fault(std::string("%FILENAME%\n") + name + "\n\n" + without("%FILENAME%")),
                  std::string("tells \"") + name + "\", which is no file beside the database");
}

}  // namespace
}  // namespace mirrorseed::sync::arch
