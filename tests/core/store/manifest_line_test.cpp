#include "core/store/manifest_line.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed {
namespace {

using test::digest_of_text;
using test::ok;
using test::path;

std::string line_of(std::string_view name, const Entry& entry) {
    std::string line;
    append_manifest_line(line, name, entry);
    return line;
}

std::string with(std::string line, std::string_view from, std::string_view to) {
    const auto at = line.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return line.replace(at, from.size(), to);
}

Entry file(std::string_view content, FileTime mtime = FileTime::from_seconds(1'700'000'000)) {
    return {.size = content.size(), .mtime = mtime, .digest = digest_of_text(content)};
}

const std::string good_file = line_of("a/b", file("hello"));
const std::string good_link = line_of("l", {.kind = EntryKind::link, .mode = 0777, .target = "t"});

TEST(ManifestLine, IsTheSameBytesOnEveryHost) {
    EXPECT_EQ(line_of("pool/a b", file("abc")),
              R"({"path":"pool/a%20b","type":"file","size":3,"mtime":1700000000,"mode":420,)"
              R"("sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"})"
              "\n");
    EXPECT_EQ(
        line_of("l",
                {.kind = EntryKind::link, .mode = 0777, .mtime = FileTime::from(5, 6), .target = "../a b"}),
        R"({"path":"l","type":"symlink","size":0,"mtime":5,"mtime_ns":6,"mode":511,"target":"../a%20b"})"
        "\n");
    EXPECT_EQ(line_of("d", {.kind = EntryKind::folder, .mode = 0755}),
              R"({"path":"d","type":"directory","size":0,"mtime":0,"mode":493})"
              "\n");
}

TEST(ManifestLine, EveryEntryComesBackAsItWas) {
    const PathEntry entries[] = {
        {path("a"), file("hello")},
        {path("odd/\xff\n\"\\\x01%41"), file("x", FileTime::from(-5, 1))},
        {path("a"), file("x", FileTime::from(1'700'000'000, 999'999'999))},
        {path("withdrawn"), {.size = 17, .mtime = FileTime::from_seconds(3)}},
        {path("huge"), {.mode = 0, .size = Bytes{1} << 62}},
        {path("d"), {.kind = EntryKind::folder, .mode = 07777, .mtime = FileTime{-1}}},
        {path("l"), {.kind = EntryKind::link, .mode = 0777, .target = "../\xff/\"x\" %"}},
    };
    for (const auto& entry : entries) {
        const auto line = line_of(entry.path.str(), entry.entry);
        const auto parsed = parse_manifest_line(line);
        ASSERT_TRUE(ok(parsed)) << line;
        EXPECT_EQ(*parsed, entry) << line;
    }
}

TEST(ManifestLine, UnknownMembersAreForLaterVersions) {
    EXPECT_TRUE(ok(parse_manifest_line(with(good_file, "{", R"({"op":"put","colour":[1,2],)"))));
}

TEST(ManifestLine, EveryMalformedLineIsRefused) {
    const std::string lines[] = {
        "",
        "{}",
        "[]",
        "null",
        "{",
        good_file + good_file,
        with(good_file, "a/b", ""),
        with(good_file, "a/b", "/etc"),
        with(good_file, "a/b", "../b"),
        with(good_file, "a/b", "a/%2e%2e/b"),
        with(good_file, "a/b", "a%2F%2Fb"),
        with(good_file, "a/b", "a%00"),
        with(good_file, "a/b", "a%"),
        with(good_file, R"("a/b")", "7"),
        with(good_file, R"("path")", R"("paths")"),
        with(good_file, R"("file")", R"("device")"),
        with(good_file, R"("file")", "1"),
        with(good_file, R"("type":"file",)", ""),
        with(good_file, R"("size":5)", R"("size":-1)"),
        with(good_file, R"("size":5)", R"("size":5.5)"),
        with(good_file, R"("size":5)", R"("size":"5")"),
        with(good_file, R"("size":5)", R"("size":9223372036854775807)"),
        with(good_file, R"("size":5)", R"("size":18446744073709551615)"),
        with(good_file, R"("size":5,)", ""),
        with(good_file, "1700000000", "99999999999"),
        with(good_file, "1700000000", "-99999999999"),
        with(good_file, R"("mtime":1700000000)", R"("mtime":null)"),
        with(good_file, R"("mtime":1700000000)", R"("mtime":1,"mtime_ns":1000000000)"),
        with(good_file, R"("mtime":1700000000)", R"("mtime":1,"mtime_ns":-1)"),
        with(good_file, R"("mode":420)", R"("mode":4096)"),
        with(good_file, R"("mode":420)", R"("mode":-1)"),
        with(good_file, R"(,"mode":420)", ""),
        with(good_file, R"("sha256":"2c)", R"("sha256":"2)"),
        with(good_file, R"("sha256":"2c)", R"("sha256":"zz)"),
        with(good_link, R"("target":"t")", R"("target":"")"),
        with(good_link, R"("target":"t")", R"("target":"%00")"),
        with(good_link, R"("target":"t")", R"("target":"%")"),
        with(good_link, R"(,"target":"t")", ""),
    };
    EXPECT_TRUE(ok(parse_manifest_line(good_file)));
    EXPECT_TRUE(ok(parse_manifest_line(good_link)));
    for (const auto& line : lines)
        EXPECT_FALSE(parse_manifest_line(line)) << line;
}

TEST(ManifestLine, DeepNestingIsRefusedAndNotFollowed) {
    EXPECT_FALSE(parse_manifest_line(std::string(60'000, '[')));
}

}  // namespace
}  // namespace mirrorseed
