#include "httpd/handle.hpp"

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
    Found find_own(const RelPath& path) override {
        asked = "own " + path.str();
        return Refused{404, {}};
    }
    std::string asked;
};

class Handle : public testing::Test {
protected:
    Reply get(const std::string& target) {
        request_.target = target;
        return handle_request(request_, peer_, source_, site_, now);
    }
    static std::string field(const Reply& reply, std::string_view name) {
        for (const auto& one : reply.answer.fields)
            if (one.name == name) return one.value;
        return "(none)";
    }

    Request request_;
    Peer peer_{.address = "192.0.2.1", .local = false};
    Site site_;
    FakeSource source_;
};

TEST_F(Handle, AsksTheSourceForEverythingOutsideOfItsOwnArea) {
    get("/debian/pool/");
    EXPECT_EQ(source_.asked, "debian/pool/");
    get("/-x/y");
    EXPECT_EQ(source_.asked, "-x/y");
    get("/-/trees/debian/head");
    EXPECT_EQ(source_.asked, "own trees/debian/head");
}

TEST_F(Handle, AsksNobodyForABrokenTarget) {
    EXPECT_EQ(get("/../x").answer.status, 400u);
    EXPECT_EQ(get("*").answer.status, 400u);
    EXPECT_EQ(source_.asked, "");
}

TEST_F(Handle, AnswersOptionsForTheWholeServer) {
    request_.method = Method::options;
    EXPECT_EQ(get("*").answer.status, 204u);
}

TEST_F(Handle, KeepsTheQueryOfAFolderThatLacksItsSlash) {
    EXPECT_EQ(field(get("/a%20b?sort=date"), "Location"), "/a%20b/?sort=date");
}

TEST_F(Handle, TellsTheStatusOnlyToThoseWhoMayKnow) {
    EXPECT_EQ(get("/-/status.json").answer.status, 404u);
    site_.status = [] { return std::string("{}"); };
    EXPECT_EQ(get("/-/status.json").answer.status, 403u);
    peer_.local = true;
    EXPECT_EQ(get("/-/status.json").page, "{}");
    peer_.local = false;
    site_.status_access = StatusAccess::everybody;
    EXPECT_EQ(get("/-/status.json").page, "{}");
}

TEST_F(Handle, GivesListingsAnETagThatTheyAreNotSentTwiceFor) {
    const auto first = get("/a/?format=json");
    EXPECT_EQ(first.answer.status, 200u);
    EXPECT_LT(first.page.find("\"a\""), first.page.find("\"b\""));
    request_.if_none_match = field(first, "ETag");
    EXPECT_EQ(get("/a/?format=json").answer.status, 304u);
    EXPECT_EQ(get("/a/?format=json&order=desc").answer.status, 200u);
    EXPECT_EQ(get("/a/").answer.status, 200u);
}

}  // namespace
}  // namespace mirrorseed::httpd
