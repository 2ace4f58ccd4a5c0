#include "httpd/own_paths.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace mirrorseed::httpd {
namespace {

Target target(const std::string& text) {
    auto parsed = parse_target(text);
    EXPECT_EQ(parsed.status, 0u) << text;
    return parsed.target;
}

OwnMatch asked(const std::string& text, Method method = Method::get) {
    return match_own_path(method, target(text));
}

TEST(OwnPaths, AreThoseBelowTheDashHoweverTheyAreSpelled) {
    for (const auto* own : {"/-/health", "/%2d/health", "/a/../-/x", "//-/x", "/-", "/-/"})
        EXPECT_TRUE(is_own(target(own).path)) << own;
    for (const auto* other : {"/", "/-x/health", "/a/-/health", "/debian/", "/%2d%2Fhealth-"}) {
        const auto parsed = parse_target(other);
        EXPECT_FALSE(parsed.status == 0 && is_own(parsed.target.path)) << other;
    }
}

TEST(OwnPaths, AreOpenToPagesUnlessTheyAreForOperators) {
    for (const auto* open : {"/", "/a/metrics", "/-/health", "/-/trees/a/head", "/-/nothing", "/../x"})
        EXPECT_TRUE(is_open_to_pages(open)) << open;
    for (const auto* closed : {"/-/metrics", "/-/status.json?x", "/-/announce?x", "/-/scrape", "/%2d/metrics",
                               "/a/..//-/./metrics", "http://h/-/metrics"})
        EXPECT_FALSE(is_open_to_pages(closed)) << closed;
}

TEST(OwnPaths, TellWhatIsOfTheTracker) {
    for (const auto* tracker : {"/-/announce", "/-/announce?info_hash=x", "/-/scrape?"})
        EXPECT_TRUE(is_of_tracker(tracker)) << tracker;
    for (const auto* other : {"/", "/announce", "/-/health", "/-/announce/x", "/tree/-/announce"})
        EXPECT_FALSE(is_of_tracker(other)) << other;
}

TEST(OwnPaths, NameWhatAnswersThem) {
    EXPECT_EQ(asked("/-/health").path.row.thing, OwnThing::health);
    EXPECT_EQ(asked("/-/status.json").path.row.thing, OwnThing::status);
    EXPECT_EQ(asked("/-/metrics", Method::head).path.row.thing, OwnThing::metrics);
    const auto head = asked("/-/trees/debian/head");
    EXPECT_EQ(head.status, 0u);
    EXPECT_EQ(head.path.row.thing, OwnThing::tree_head);
    EXPECT_EQ(head.path.name, "debian");
    EXPECT_EQ(asked("/-/trees/debian/manifest").path.row.thing, OwnThing::tree_manifest);
    const auto blob = asked("/-/blob/sha256/abc");
    EXPECT_EQ(blob.path.row.thing, OwnThing::blob);
    EXPECT_EQ(blob.path.name, "abc");
}

TEST(OwnPaths, LeaveTheRestOfASeedsPathToIt) {
    const auto inside = asked("/-/seed/abc/images/sub/two");
    EXPECT_EQ(inside.path.row.thing, OwnThing::seed);
    EXPECT_EQ(inside.path.name, "abc");
    EXPECT_EQ(inside.path.rest.str(), "images/sub/two");
    for (const auto* root : {"/-/seed/abc", "/-/seed/abc/"}) {
        EXPECT_EQ(asked(root).status, 0u) << root;
        EXPECT_TRUE(asked(root).path.rest.is_root()) << root;
    }
    EXPECT_EQ(asked("/-/seed/abc/images/").status, 404u);
}

TEST(OwnPaths, AreNothingBesidesTheTable) {
    for (const auto* other :
         {"/-", "/-/", "/-/other", "/-/health/", "/-/health/x", "/-/HEALTH", "/-/seed", "/-/blob/sha256",
          "/-/blob/md5/abc", "/-/blob/sha256/abc/d", "/-/trees", "/-/trees/debian", "/-/trees/debian/head/",
          "/-/trees/debian/head/x", "/-/trees/debian/other"})
        EXPECT_EQ(asked(other).status, 404u) << other;
}

TEST(OwnPaths, AreForEverybodyButTheStatusAndWhatIsDone) {
    for (const auto& row : own_rows()) {
        const bool status = row.thing == OwnThing::status || row.thing == OwnThing::metrics;
        const bool reads = row.method == Method::get;
        const auto access = status  ? OwnAccess::status_viewers
                            : reads ? OwnAccess::everybody
                                    : OwnAccess::token_holders;
        EXPECT_EQ(row.access, access) << row.pattern;
        EXPECT_TRUE((reads && !status) || row.caching == Caching::never) << row.pattern;
    }
}

TEST(OwnPaths, AreReadAndNothingElse) {
    for (const auto method : {Method::post, Method::known})
        for (const auto* path : {"/-/health", "/-/other", "/-/trees/debian/head"})
            EXPECT_EQ(asked(path, method).status, 405u) << path;
    for (const auto* path : {"/-/health", "/-/other", "/debian/", "*", "/../x", ""})
        EXPECT_EQ(allowed_methods(path), "GET, HEAD, OPTIONS") << path;
}

TEST(OwnPaths, MayHaveARowForAnotherMethod) {
    constexpr std::array rows{
        OwnRow{Method::get, "trees/TREE/sync", OwnThing::status, OwnAccess::everybody, Caching::never},
        OwnRow{Method::post, "trees/TREE/sync", OwnThing::health, OwnAccess::everybody, Caching::never},
        OwnRow{Method::post, "only", OwnThing::health, OwnAccess::everybody, Caching::never},
    };
    const auto posted = match_own_path(Method::post, target("/-/trees/debian/sync"), rows);
    EXPECT_EQ(posted.status, 0u);
    EXPECT_EQ(posted.path.row.thing, OwnThing::health);
    EXPECT_EQ(match_own_path(Method::get, target("/-/trees/a/sync"), rows).path.row.thing, OwnThing::status);
    EXPECT_EQ(match_own_path(Method::get, target("/-/only"), rows).status, 405u);
    EXPECT_EQ(match_own_path(Method::known, target("/-/only"), rows).status, 405u);
    EXPECT_EQ(allowed_methods("/-/trees/debian/sync", rows), "GET, HEAD, OPTIONS, POST");
    EXPECT_EQ(allowed_methods("/-/only", rows), "OPTIONS, POST");
    EXPECT_EQ(allowed_methods("/only", rows), "GET, HEAD, OPTIONS");
}

}  // namespace
}  // namespace mirrorseed::httpd
