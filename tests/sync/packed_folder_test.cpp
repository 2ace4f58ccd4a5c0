#include "sync/packed_folder.hpp"

#include "tests/support/listed.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::digest_of_text;
using test::file_of;
using test::folder_of;
using test::link_to;
using test::path;
using test::stored;

PackedFolder packed(const std::vector<ListedEntry>& entries) {
    PackedFolder folder(path("pool"));
    for (const auto& listed : entries)
        folder.append(listed);
    folder.sort();
    return folder;
}

TEST(PackedFolder, GivesBackWhatItWasGiven) {
    const std::vector<ListedEntry> entries{
        {.name = "\xff\n", .entry = file_of("x")},
        {.name = "a", .entry = stored("abc"), .validator = "\"etag\""},
        {.name = std::string(255, 'b'), .entry = folder_of(0700)},
        {.name = "c", .entry = link_to("../somewhere"), .sureness = Sureness::rough},
        {.name = "d", .entry = file_of(""), .sureness = Sureness::none}};
    const auto folder = packed(entries);
    ASSERT_EQ(folder.size(), entries.size());
    EXPECT_EQ(folder.path(), path("pool"));
    for (const auto& listed : entries) {
        const auto at = folder.find(listed.name);
        ASSERT_TRUE(at) << listed.name;
        const auto got = folder.at(*at);
        EXPECT_EQ(got.name, listed.name);
        EXPECT_EQ(got.entry, listed.entry);
        EXPECT_EQ(got.sureness, listed.sureness);
        EXPECT_EQ(got.validator, listed.validator);
        EXPECT_EQ(folder.name(*at), listed.name);
        EXPECT_EQ(folder.kind(*at), listed.entry.kind);
        EXPECT_EQ(folder.file_size(*at), listed.entry.size);
        EXPECT_EQ(folder.digest(*at), listed.entry.digest);
    }
    EXPECT_EQ(folder.target(*folder.find("c")), "../somewhere");
}

TEST(PackedFolder, KeepsHowSureSizeAndTimeAreEachForItself) {
    for (const auto size : {Sure::exact, Sure::rough, Sure::none})
        for (const auto time : {Sure::exact, Sure::rough, Sure::none}) {
            const auto folder = packed({{.name = "a", .entry = file_of("x"), .sureness = {size, time}}});
            EXPECT_EQ(folder.at(0).sureness, (Sureness{size, time}));
        }
}

TEST(PackedFolder, SortsByRawBytes) {
    const auto folder =
        packed({{.name = "b"}, {.name = "\xff"}, {.name = "a-"}, {.name = "B"}, {.name = "a"}});
    std::vector<std::string> names;
    for (std::size_t at = 0; at < folder.size(); ++at)
        names.emplace_back(folder.name(at));
    EXPECT_EQ(names, (std::vector<std::string>{"B", "a", "a-", "b", "\xff"}));
    for (const auto* missing : {"", "A", "a--", "c", "\xff\xff"})
        EXPECT_FALSE(folder.find(missing)) << missing;
    EXPECT_FALSE(packed({}).find("a"));
}

TEST(PackedFolder, LearnsDigestsAndFacts) {
    auto folder = packed({{.name = "a", .entry = file_of("old")}, {.name = "b", .entry = stored("b")}});
    folder.set_digest(0, digest_of_text("first"));
    folder.set_digest(0, digest_of_text("second"));
    EXPECT_EQ(folder.digest(0), digest_of_text("second"));
    EXPECT_EQ(folder.digest(1), digest_of_text("b"));
    auto now = stored("what it is");
    now.mode = 0755;
    now.hidden = true;
    folder.correct(0, now);
    EXPECT_EQ(folder.at(0).entry, now);
    EXPECT_EQ(folder.at(0).sureness, Sureness::exact);
    auto without = now;
    without.digest.reset();
    folder.correct(1, without);
    EXPECT_EQ(folder.digest(1), digest_of_text("b")) << "a digest is not forgotten";
    folder.set_hidden(0, false);
    EXPECT_FALSE(folder.hidden(0));
}

TEST(PackedFolder, KeepsTheRestInOrder) {
    auto folder = packed({{.name = "a", .entry = link_to("t")},
                          {.name = "b", .entry = stored("b")},
                          {.name = "c", .entry = link_to("u")},
                          {.name = "d", .entry = stored("d")}});
    folder.erase_if([&](std::size_t at) { return folder.name(at) == "a" || folder.name(at) == "b"; });
    ASSERT_EQ(folder.size(), 2u);
    EXPECT_EQ(folder.target(0), "u");
    EXPECT_EQ(folder.digest(*folder.find("d")), digest_of_text("d"));
    EXPECT_FALSE(folder.find("a"));
}

TEST(PackedFolder, AnEntryCostsFewBytes) {
    EXPECT_LE(PackedFolder::row_size, 32u);
}

}  // namespace
}  // namespace mirrorseed::sync
