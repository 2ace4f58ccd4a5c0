#include "core/store/manifest_stream.hpp"

#include "core/store/manifest_line.hpp"
#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace mirrorseed {
namespace {

using test::digest_of_text;
using test::fails_with;
using test::ok;

std::string line_of(std::string_view path) {
    std::string line;
    append_manifest_line(line, path, {.size = path.size(), .digest = digest_of_text(path)});
    return line;
}

std::string lines_of(std::initializer_list<std::string_view> paths) {
    std::string lines;
    for (const auto path : paths)
        lines += line_of(path);
    return lines;
}

std::string compressed(std::string_view lines) {
    const auto temp = test::TempFolder::in_memory();
    const auto folder = Folder::open(temp.path()).value();
    const auto file = folder.create_file(test::path("f"), 0644).value();
    ZstdWriter writer(file, "f");
    EXPECT_TRUE(ok(writer.write(as_bytes(lines))));
    EXPECT_TRUE(ok(writer.finish()));
    return temp.read("f");
}

// The text in pieces, and `given` how much of it was asked for.
ByteSource pieces_of(std::string text, std::size_t piece, std::shared_ptr<std::size_t> given = {}) {
    return [text = std::move(text), piece, given,
            at = std::size_t{0}](std::span<std::uint8_t> buffer) mutable -> Result<std::size_t> {
        const auto size = std::min({piece, text.size() - at, buffer.size()});
        std::memcpy(buffer.data(), text.data() + at, size);
        at += size;
        if (given) *given = at;
        return size;
    };
}

struct Read {
    std::vector<std::string> paths;
    Status end{};  // what followed them
};

Read read(ManifestStream stream) {
    Read all;
    for (;;) {
        const auto entry = stream.next();
        if (!entry) all.end = entry.error();
        if (!entry || !*entry) return all;
        all.paths.push_back((*entry)->path.str());
    }
}

Read read_lines(const std::string& lines, const ManifestLimits& limits = {},
                std::optional<Digest> expected = {}) {
    return read(ManifestStream(pieces_of(compressed(lines), 1000), "M", limits, expected));
}

using Paths = std::vector<std::string>;

TEST(ManifestStream, HandsOutLineByLineHoweverTheBytesCome) {
    const auto lines = lines_of({"a", "a-b", "a/b", "a0"});
    for (const std::size_t piece : {1, 2, 7, 1000}) {
        ManifestStream stream(pieces_of(compressed(lines), piece), "M", {}, digest_of_text(lines));
        for (const auto* path : {"a", "a-b", "a/b", "a0"}) {
            const auto entry = stream.next();
            ASSERT_TRUE(ok(entry));
            ASSERT_TRUE(entry->has_value());
            EXPECT_EQ((*entry)->path, test::path(path));
            EXPECT_EQ((*entry)->entry.digest, digest_of_text(path));
        }
        const auto end = stream.next();
        ASSERT_TRUE(ok(end));
        EXPECT_FALSE(end->has_value());
        EXPECT_EQ(stream.digest(), digest_of_text(lines));
    }
}

TEST(ManifestStream, AnEmptyManifestHasAnEmptyDigest) {
    const auto all = read_lines("", {}, digest_of_text(""));
    EXPECT_TRUE(ok(all.end));
    EXPECT_TRUE(all.paths.empty());
}

TEST(ManifestStream, TakesNoMoreOfItsSourceThanTheNextLinesNeed) {
    std::string lines;
    for (int i = 100'000; i < 160'000; ++i)
        lines += line_of("file-" + std::to_string(i));
    const auto whole = compressed(lines);
    ASSERT_GT(whole.size(), 2u << 20);
    const auto given = std::make_shared<std::size_t>(0);
    ManifestStream stream(pieces_of(whole, whole.size(), given), "M", {}, digest_of_text(lines));
    for (std::size_t i = 0; i < 60'000; ++i) {
        const auto entry = stream.next();
        ASSERT_TRUE(ok(entry));
        // Of what was asked for and not handed out, it holds a buffer of zstd's and one of ours.
        const auto handed_out = whole.size() * i / 60'000;
        ASSERT_LT(*given, handed_out + (1 << 20)) << i;
    }
    EXPECT_TRUE(ok(stream.next()));
    EXPECT_EQ(*given, whole.size());
}

TEST(ManifestStream, AStreamThatIsCutAnywhereIsDamaged) {
    const auto whole = compressed(lines_of({"a", "b"}));
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_TRUE(fails_with(Fault::damaged, read({pieces_of(whole.substr(0, size), 1000), "M"}).end))
            << size;
}

TEST(ManifestStream, ALineThatIsCutShortIsDamaged) {
    auto lines = lines_of({"a", "b"});
    lines.pop_back();
    const auto all = read_lines(lines);
    EXPECT_EQ(all.paths, Paths{"a"});
    ASSERT_TRUE(fails_with(Fault::damaged, all.end));
    EXPECT_EQ(all.end.error().text(), "M: the last line is cut short");
}

TEST(ManifestStream, ATroubleOfTheSourceIsPassedOn) {
    const auto source = [](std::span<std::uint8_t>) -> Result<std::size_t> {
        return Error(Fault::busy, "the node hung up");
    };
    const auto all = read({source, "M"});
    ASSERT_TRUE(fails_with(Fault::busy, all.end));
    EXPECT_EQ(all.end.error().text(), "the node hung up");
}

TEST(ManifestStream, PathsOutOfOrderOrTwiceAreDamaged) {
    const struct {
        std::string lines;
        Paths before;
        std::string complaint;
    } manifests[] = {
        {lines_of({"b", "a"}), {"b"}, "the manifest is out of order at a"},
        {lines_of({"a", "b", "b"}), {"a", "b"}, "the manifest is out of order at b"},
        // Not by folder: "-" is less than "/".
        {lines_of({"a", "a/b", "a-b"}), {"a", "a/b"}, "the manifest is out of order at a-b"},
        {lines_of({"\xff", "z"}), {"\xff"}, "the manifest is out of order at z"},
        {lines_of({"b", "a\x1b"}), {"b"}, R"(the manifest is out of order at a\x1b)"},
    };
    for (const auto& manifest : manifests) {
        const auto all = read_lines(manifest.lines);
        EXPECT_EQ(all.paths, manifest.before);
        ASSERT_TRUE(fails_with(Fault::damaged, all.end));
        EXPECT_EQ(all.end.error().text(), manifest.complaint);
    }
}

TEST(ManifestStream, AnotherDigestIsDamageAtTheEnd) {
    const auto all = read_lines(lines_of({"a", "b"}), {}, digest_of_text("other lines"));
    EXPECT_EQ(all.paths, (Paths{"a", "b"}));
    ASSERT_TRUE(fails_with(Fault::damaged, all.end));
    EXPECT_EQ(all.end.error().text(), "M: its lines have another digest than its head says");
}

TEST(ManifestStream, ALineIsNoLongerThanItsLimit) {
    const auto lines = lines_of({"a", "b"});
    const auto exact = lines.size() / 2 - 1;
    EXPECT_TRUE(ok(read_lines(lines, {.line = exact}).end));
    const auto all = read_lines(lines, {.line = exact - 1});
    EXPECT_TRUE(all.paths.empty());
    ASSERT_TRUE(fails_with(Fault::damaged, all.end));
    EXPECT_EQ(all.end.error().text(), "M: a line is too long");
    EXPECT_TRUE(fails_with(Fault::damaged, read_lines(std::string(4 << 20, ' ')).end));
}

TEST(ManifestStream, HasNoMoreLinesAndBytesThanItsLimits) {
    const auto lines = lines_of({"a", "b", "c"});
    EXPECT_TRUE(ok(read_lines(lines, {.lines = 3, .bytes = lines.size()}).end));
    const auto too_many = read_lines(lines, {.lines = 2});
    EXPECT_EQ(too_many.paths, (Paths{"a", "b"}));
    ASSERT_TRUE(fails_with(Fault::refused, too_many.end));
    EXPECT_EQ(too_many.end.error().text(), "M: it has more than 2 lines");
    const auto too_long = read_lines(lines, {.bytes = 100});
    ASSERT_TRUE(fails_with(Fault::refused, too_long.end));
    EXPECT_EQ(too_long.end.error().text(), "M: it has more than 100 bytes");
}

TEST(ManifestStream, ClaimsNoMoreMemoryThanItsLimit) {
    // A frame whose window is 2^(10 + 17) bytes, and an empty last block.
    const std::string frame("\x28\xB5\x2F\xFD\x00\x88\x01\x00\x00", 9);
    EXPECT_TRUE(ok(read({pieces_of(frame, 9), "M"}).end));
    EXPECT_TRUE(fails_with(Fault::damaged, read({pieces_of(frame, 9), "M", {.window = 64 << 20}}).end));
    EXPECT_TRUE(ok(read({pieces_of(compressed(""), 9), "M", {.window = 8 << 20}}).end));
}

TEST(ManifestStream, AMalformedLineIsToldWithItsName) {
    const auto all = read_lines(line_of("a") + "{}\n");
    EXPECT_EQ(all.paths, Paths{"a"});
    ASSERT_TRUE(fails_with(Fault::bad_input, all.end));
    EXPECT_EQ(all.end.error().text().find("M: manifest line {}"), 0u) << all.end.error().text();
}

}  // namespace
}  // namespace mirrorseed
