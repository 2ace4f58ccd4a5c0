// A walk that must end, over real sockets.

#include "sync/http/http_lister.hpp"

#include "tests/support/printers.hpp"
#include "tests/support/raw_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace mirrorseed::sync {
namespace {

using test::RawServer;
using testing::HasSubstr;

std::string page(const std::string& items) {
    const auto body = "[" + items + "]";
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}
std::string item(const std::string& name, const std::string& type) {
    return R"({"name":")" + name + R"(","type":")" + type +
           R"(","mtime":"Tue, 14 Nov 2023 22:13:20 GMT","size":5})";
}
std::string pages(const std::string& head) {
    if (head.starts_with("GET / ")) return page(item("a", "directory") + "," + item("b", "directory"));
    return page(item("f", "file") + "," + item("g", "file"));
}

// Two folders of two files each.
Result<HttpListing> list_six_names(std::uint64_t most_names) {
    const RawServer server([](RawServer::Peer& peer) {
        for (auto head = peer.read_head(); !head.empty(); head = peer.read_head())
            if (!peer.send(pages(head))) return;
    });
    const auto site = HttpSite::make(server.url(), {.retries = 0}).value();
    Progress progress;
    // Names that nobody wants are read all the same.
    const Selection selection({}, {Glob::parse("g").value()});
    return list_site({.site = site, .selection = selection, .absent = {}, .most_names = most_names},
                     progress);
}

TEST(HttpLister, NamesAreBoundedOnAllPagesTogether) {
    const auto listed = list_six_names(6);
    ASSERT_TRUE(listed) << listed.error().text();
    EXPECT_EQ(listed->listing.files(), 2u);
    const auto endless = list_six_names(5);
    ASSERT_FALSE(endless);
    EXPECT_TRUE(endless.error().is(Fault::refused));
    EXPECT_THAT(endless.error().text(), HasSubstr("lists more than 5 names"));
}

}  // namespace
}  // namespace mirrorseed::sync
