#include "httpd/resource.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace mirrorseed::httpd {
namespace {

constexpr UnixTime now = 1795000000;

// Remembers what it was asked for and answers with one folder.
class FakeSource final : public Source {
public:
    Found find(const RelPath& path, Spelling spelling) override {
        asked = path.str() + (spelling == Spelling::as_folder ? "/" : "");
        if (spelling == Spelling::as_file) return MovedToFolder();
        FolderFound found;
        found.items.push_back({.name = "b"});
        found.items.push_back({.name = "a"});
        return found;
    }
    Found find_own(const OwnPath& own) override {
        asked = own.row.thing == OwnThing::tree_head ? "own trees/" + own.name + "/head" : "own";
        return Refused{404, {}};
    }
    std::string asked;
};

class FindResource : public testing::Test {
protected:
    Resource find(const std::string& target) {
        return find_resource({.target = target, .peer = peer_}, source_, site_);
    }
    Answer get(const std::string& target, std::string_view if_none_match = {}) {
        Request request;
        if (!if_none_match.empty()) request.if_none_match = if_none_match;
        return respond(request, find(target), {.now = now});
    }

    Peer peer_{.address = "192.0.2.1", .local = false};
    Site site_;
    FakeSource source_;
};

TEST_F(FindResource, AsksTheSourceForEverythingOutsideOfItsOwnArea) {
    get("/debian/pool/");
    EXPECT_EQ(source_.asked, "debian/pool/");
    get("/-x/y");
    EXPECT_EQ(source_.asked, "-x/y");
    get("/-/trees/debian/head");
    EXPECT_EQ(source_.asked, "own trees/debian/head");
}

TEST_F(FindResource, AsksNobodyForABrokenTarget) {
    EXPECT_EQ(get("/../x").status, 400u);
    EXPECT_EQ(get("*").status, 400u);
    EXPECT_EQ(source_.asked, "");
}

TEST_F(FindResource, KeepsTheQueryOfAFolderThatLacksItsSlash) {
    EXPECT_EQ(find("/a%20b?sort=date").location, "/a%20b/?sort=date");
}

TEST_F(FindResource, TellsTheStatusOnlyToThoseWhoMayKnow) {
    EXPECT_EQ(get("/-/status.json").status, 404u);
    site_.status = [] { return std::string("{}"); };
    EXPECT_EQ(get("/-/status.json").status, 403u);
    peer_.local = true;
    EXPECT_EQ(find("/-/status.json").bytes, "{}");
    peer_.local = false;
    site_.behaviour.status_access = StatusAccess::everybody;
    EXPECT_EQ(find("/-/status.json").bytes, "{}");
}

TEST_F(FindResource, TellsTheStatusToThoseWhoHaveTheToken) {
    site_.metrics = [] { return std::string("metrics"); };
    site_.behaviour.status_access = StatusAccess::token;
    const auto status = [this](const std::string& bearer) {
        return find_resource({.target = "/-/metrics", .bearer = bearer, .peer = peer_}, source_, site_)
            .status;
    };
    EXPECT_EQ(status(""), 401u) << "nobody has a token where there is none";
    site_.admin_token = "secret";
    EXPECT_EQ(status("secre"), 403u);
    EXPECT_EQ(status("Secret"), 403u);
    EXPECT_EQ(
        find_resource({.target = "/-/metrics", .bearer = "secret", .peer = peer_}, source_, site_).bytes,
        "metrics");
}

TEST_F(FindResource, GivesListingsAnETagThatTheyAreNotSentTwiceFor) {
    const auto first = find("/a/?format=json");
    EXPECT_EQ(first.content.facts().size, first.bytes.size());
    EXPECT_LT(first.bytes.find("\"a\""), first.bytes.find("\"b\""));
    const auto& etag = first.content.facts().etag;
    EXPECT_EQ(get("/a/?format=json", etag).status, 304u);
    EXPECT_EQ(get("/a/?format=json&order=desc", etag).status, 200u);
    EXPECT_EQ(get("/a/", etag).status, 200u);
}

}  // namespace
}  // namespace mirrorseed::httpd
