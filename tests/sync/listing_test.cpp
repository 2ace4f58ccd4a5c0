#include "sync/listing.hpp"

#include "tests/support/listed.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::file_of;
using test::folder_of;
using test::link_to;
using test::listing_of;
using test::path;
using test::stored;

Entry of_mode(std::uint32_t mode) {
    auto entry = file_of("x");
    entry.mode = mode;
    return entry;
}

std::vector<std::string> left_out(const Listing& listing) {
    std::vector<std::string> paths;
    for (const auto& item : listing.left_out())
        paths.push_back(item.path.str());
    return paths;
}

using Names = std::vector<std::string>;

TEST(Listing, ComesSortedHoweverItWasAdded) {
    Listing listing;
    listing.add(path("b"), {{"z", file_of("")}, {"A", file_of("")}});
    listing.add(path("a/x"), {{"f", file_of("")}});
    listing.add(RelPath(), {{"b", folder_of()}, {"a", folder_of()}});
    listing.add(path("a"), {{"x", folder_of()}});
    listing.finish().value();
    Names all;
    for (const auto& folder : listing.folders())
        for (std::size_t at = 0; at < folder.size(); ++at)
            all.push_back(folder.path().str() + ":" + std::string(folder.name(at)));
    EXPECT_EQ(all, (Names{":a", ":b", "a:x", "a/x:f", "b:A", "b:z"}));
}

TEST(Listing, FindsAnEntryByItsPath) {
    const auto listing = listing_of({{"a", folder_of()}, {"a/f", file_of("hello")}});
    ASSERT_TRUE(listing.find(path("a/f")));
    EXPECT_EQ(listing.find(path("a/f"))->size, 5u);
    for (const auto* name : {"f", "a/g", "b/f", ""})
        EXPECT_FALSE(listing.find(path(name))) << name;
}

TEST(Listing, CountsFilesAndTheirBytes) {
    const auto listing = listing_of(
        {{"a", folder_of()}, {"a/f", file_of("hello")}, {"g", file_of("12")}, {"l", link_to("g")}});
    EXPECT_EQ(listing.files(), 2u);
    EXPECT_EQ(listing.bytes(), 7u);
}

TEST(Listing, WhatNotEverybodyMayReadIsHidden) {
    const auto listing =
        listing_of({{"open", of_mode(0644)}, {"closed", of_mode(0640)}, {"l", link_to("closed")}});
    EXPECT_FALSE(listing.find(path("open"))->hidden);
    EXPECT_TRUE(listing.find(path("closed"))->hidden);
    EXPECT_FALSE(listing.find(path("l"))->hidden);
}

TEST(Listing, EverythingBelowAHiddenFolderIsHidden) {
    const auto listing = listing_of({{"a", folder_of(0750)},
                                     {"a-b", folder_of()},
                                     {"a-b/f", of_mode(0644)},
                                     {"a/f", of_mode(0644)},
                                     {"a/l", link_to("f")},
                                     {"a/d", folder_of()},
                                     {"a/d/f", of_mode(0644)},
                                     {"a/d/e", folder_of()},
                                     {"a/d/e/f", of_mode(0644)},
                                     {"b", folder_of(0711)},
                                     {"b/f", of_mode(0644)}});
    for (const auto* name : {"a", "a/f", "a/l", "a/d", "a/d/f", "a/d/e/f", "b", "b/f"})
        EXPECT_TRUE(listing.find(path(name))->hidden) << name;
    for (const auto* name : {"a-b", "a-b/f"})
        EXPECT_FALSE(listing.find(path(name))->hidden) << name;
}

TEST(Listing, LinksThatLeaveAreLeftOutAndTold) {
    const auto listing = listing_of({{"d", folder_of()},
                                     {"d/up", link_to("../..")},
                                     {"d/absolute", link_to("/srv")},
                                     {"d/fine", link_to("../f")},
                                     {"dangling", link_to("nowhere")},
                                     {"f", file_of("x")}});
    EXPECT_EQ(left_out(listing), (Names{"d/absolute", "d/up"}));
    EXPECT_FALSE(listing.find(path("d/up")));
    EXPECT_FALSE(listing.find(path("d/absolute")));
    EXPECT_TRUE(listing.find(path("d/fine")));
    EXPECT_TRUE(listing.find(path("dangling")));
    EXPECT_NE(listing.left_out()[0].reason.find("leaves the tree"), std::string::npos);
}

TEST(Listing, LinksThatLeaveByWayOfAnotherLinkAreLeftOutToo) {
    const auto listing = listing_of({{"a", folder_of()},
                                     {"a/b", folder_of()},
                                     {"a/b/root", link_to("../..")},
                                     {"a/b/sly", link_to("root/..")},
                                     {"chain", link_to("out")},
                                     {"out", link_to("/etc")},
                                     {"circle", link_to("circle")}});
    EXPECT_EQ(left_out(listing), (Names{"a/b/sly", "chain", "out"}));
    EXPECT_TRUE(listing.find(path("a/b/root")));
    EXPECT_TRUE(listing.find(path("circle")));
}

TEST(Listing, WhatIsLeftOutComesInOrder) {
    Listing listing;
    listing.leave_out(path("z"), "a pipe");
    listing.add(RelPath(), {{"a", link_to("/")}});
    listing.finish().value();
    EXPECT_EQ(left_out(listing), (Names{"a", "z"}));
}

TEST(Listing, AnEntryMayTurnOutToBeAnotherOrGo) {
    Listing listing;
    listing.add(RelPath(),
                {{.name = "a", .entry = file_of("1"), .sureness = Sureness::rough, .validator = "v"},
                 {.name = "b", .entry = file_of("2")}});
    listing.finish().value();
    const auto place = listing.place_of(path("a")).value();
    EXPECT_EQ(listing.at(place).sureness, Sureness::rough);
    EXPECT_EQ(listing.at(place).validator, "v");
    listing.correct(place, stored("123"));
    EXPECT_EQ(listing.at(place).entry, stored("123"));
    EXPECT_EQ(listing.at(place).sureness, Sureness::exact);
    listing.take_out(path("b"));
    listing.take_out(path("none/at/all"));
    EXPECT_FALSE(listing.find(path("b")));
    EXPECT_EQ(listing.files(), 1u);
}

TEST(Listing, TakesEntriesInAnyOrder) {
    Listing listing;
    listing.append(path("d"), {.name = "z", .entry = file_of("1")});
    listing.append(RelPath(), {.name = "d", .entry = folder_of()});
    listing.append(path("d"), {.name = "a", .entry = file_of("22")});
    listing.append(RelPath(), {.name = "b", .entry = file_of("333")});
    ASSERT_TRUE(test::ok(listing.finish()));
    EXPECT_EQ(listing.folders().size(), 2u);
    EXPECT_EQ(listing.find(path("d/a"))->size, 2u);
    EXPECT_EQ(listing.files(), 3u);
}

TEST(Listing, RefusesWhatNoTreeCanLookLike) {
    const auto finish = [](const std::vector<std::pair<std::string, ListedEntry>>& entries) {
        Listing listing;
        for (const auto& [folder, entry] : entries)
            listing.append(path(folder), entry);
        return listing.finish();
    };
    const auto huge = Entry{.size = Bytes{1} << 59};
    EXPECT_TRUE(test::ok(finish({{"", {.name = "a", .entry = huge}}})));
    EXPECT_EQ(finish({{"", {.name = "a"}}, {"", {.name = "a"}}}).error().text(),
              "the upstream lists a twice");
    EXPECT_FALSE(finish({{"d", {.name = "a"}}}));
    EXPECT_FALSE(finish({{"", {.name = "d"}}, {"d", {.name = "a"}}})) << "d is a file";
    EXPECT_FALSE(finish({{"", {.name = "a", .entry = huge}},
                         {"", {.name = "b", .entry = huge}},
                         {"", {.name = "c", .entry = huge}}}));
    EXPECT_FALSE(finish({{"", {.name = "a", .entry = {.size = ~Bytes{0}}}}}));
}

TEST(Listing, AMillionEntriesStaySmall) {
    EXPECT_LE(PackedFolder::row_size, 40u);
}

TEST(Listing, KnowsWhichFoldersAreWholeWhereSomebodyVouches) {
    Listing listing;
    const auto append = [&](const std::string& folder, const std::string& name, Entry entry) {
        listing.append(folder.empty() ? RelPath() : path(folder), {.name = name, .entry = std::move(entry)});
    };
    for (const auto* folder : {"all", "less", "some"})
        append("", folder, test::folder_of());
    append("all", "f", file_of("x"));
    append("some", "f", file_of("x"));
    append("less", "f", file_of("x"));
    append("less", "g", file_of("x"));
    ASSERT_TRUE(listing.finish());
    const auto whole = [&] {
        std::vector<std::string> names;
        for (const auto& folder : listing.folders())
            if (folder.is_whole()) names.push_back(folder.path().str());
        return names;
    };
    EXPECT_EQ(whole(), std::vector<std::string>());
    listing.set_whole_except({"some"});
    listing.take_out(path("less/g"));
    EXPECT_EQ(whole(), (std::vector<std::string>{"", "all"}));
}

}  // namespace
}  // namespace mirrorseed::sync
