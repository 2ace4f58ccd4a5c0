#include "sync/better_told.hpp"

#include "tests/support/listed.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::file_of;
using test::folder_of;
using test::link_to;
using test::Tree;

using Names = std::vector<std::string>;

// What is left of a page's listing: "name", "name/" or "name -> target".
Names kept(const Tree& page, const Tree& current, const std::vector<RelPath>& leaving = {},
           Sureness sureness = Sureness::rough) {
    auto listing = test::listing_of(page, sureness);
    listing.set_tells({.links = false, .modes = false});
    test::Held source(current);
    keep_what_was_told_better(listing, source, leaving);
    Names names;
    for (const auto& folder : listing.folders())
        for (std::size_t at = 0; at < folder.size(); ++at) {
            auto name = (folder.path() / RelPath::parse_name(folder.name(at)).value()).str();
            if (folder.kind(at) == EntryKind::folder) name += "/";
            if (folder.kind(at) == EntryKind::link) name += " -> " + folder.target(at);
            names.push_back(name);
        }
    std::sort(names.begin(), names.end());
    return names;
}

const Tree with_links{{"one", folder_of()},
                      {"one/a", file_of("a")},
                      {"stable", link_to("one")},
                      {"latest", link_to("stable/a")},
                      {"nothing", link_to("gone")}};

TEST(BetterTold, KeepsLinksWhileThePageShowsWhatTheyLeadTo) {
    const Tree page{{"one", folder_of()},
                    {"one/a", file_of("a")},
                    {"stable", folder_of()},
                    {"stable/a", file_of("a")},
                    {"latest", file_of("a")}};
    EXPECT_EQ(kept(page, with_links),
              (Names{"latest -> stable/a", "nothing -> gone", "one/", "one/a", "stable -> one"}));
}

TEST(BetterTold, TakesWhatIsAnotherThan) {
    const Tree more{{"one", folder_of()},
                    {"one/a", file_of("a")},
                    {"stable", folder_of()},
                    {"stable/a", file_of("a")},
                    {"stable/b", file_of("b")}};
    EXPECT_EQ(kept(more, with_links),
              (Names{"nothing -> gone", "one/", "one/a", "stable/", "stable/a", "stable/b"}))
        << "and a link that the page would show is gone";
    Tree other{{"one", folder_of()}, {"one/a", file_of("a")}, {"latest", file_of("a", test::noon + 60)}};
    EXPECT_EQ(kept(other, with_links, {}, Sureness::exact),
              (Names{"latest", "nothing -> gone", "one/", "one/a"}));
    EXPECT_EQ(kept(other, with_links), (Names{"latest -> stable/a", "nothing -> gone", "one/", "one/a"}))
        << "a page that rounds times tells another time of what came";
    Tree kind{{"one", folder_of()}, {"one/a", file_of("a")}, {"stable", file_of("x")}};
    EXPECT_EQ(kept(kind, with_links), (Names{"nothing -> gone", "one/", "one/a", "stable"}));
}

TEST(BetterTold, LeavesOutLinksThatLeave) {
    const Tree page{{"out", folder_of()},
                    {"out/etc", folder_of()},
                    {"out/etc/passwd", file_of("x")},
                    {"a", file_of("a")}};
    EXPECT_EQ(kept(page, {{"a", file_of("a")}}, {test::path("out")}), Names{"a"});
}

TEST(BetterTold, KeepsModesAndWhatTheyHide) {
    auto listing = test::listing_of({{"closed", folder_of()},
                                     {"closed/new", file_of("n")},
                                     {"tool", file_of("t")},
                                     {"secret", file_of("s")},
                                     {"other", file_of("o")}},
                                    Sureness::rough);
    listing.set_tells({.links = false, .modes = false});
    auto tool = file_of("t"), secret = file_of("s");
    tool.mode = 0755;
    secret.mode = 0600;
    test::Held source(
        {{"closed", folder_of(0700)}, {"tool", tool}, {"secret", secret}, {"other", folder_of(0700)}});
    keep_what_was_told_better(listing, source, {});
    const auto found = [&](const char* name) { return *listing.find(test::path(name)); };
    EXPECT_EQ(found("tool").mode, 0755U);
    EXPECT_FALSE(found("tool").hidden);
    EXPECT_TRUE(found("secret").hidden);
    EXPECT_TRUE(found("closed/new").hidden);
    EXPECT_EQ(found("other").mode, 0644U) << "it was something else";
}

TEST(BetterTold, LeavesAListingThatTellsAllAsItIs) {
    auto listing = test::listing_of({{"stable", folder_of()}, {"one", folder_of()}});
    test::Held source({{"one", folder_of(0700)}, {"stable", link_to("one")}});
    keep_what_was_told_better(listing, source, {});
    EXPECT_EQ(listing.find(test::path("stable"))->kind, EntryKind::folder);
    EXPECT_EQ(listing.find(test::path("one"))->mode, 0755U);
}

}  // namespace
}  // namespace mirrorseed::sync
