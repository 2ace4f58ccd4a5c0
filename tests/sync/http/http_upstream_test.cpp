// Listing and bringing over real sockets, from a server that says what a test tells it to.

#include "sync/http/http_upstream.hpp"

#include "sync/http/http_answer.hpp"
#include "sync/http/page_memory.hpp"
#include "tests/support/one_order.hpp"
#include "tests/support/printers.hpp"
#include "tests/support/raw_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>

namespace mirrorseed::sync {
namespace {

using test::digest_of_text;
using test::fails_with;
using test::ok;
using test::OneOrder;
using test::path;
using test::RawServer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

constexpr auto date = "Date: Tue, 14 Nov 2023 22:13:20 GMT\r\n";

std::string answer(const std::string& body, const std::string& fields = "",
                   const std::string& status = "200 OK") {
    return "HTTP/1.1 " + status + "\r\n" + fields + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}
// Our own form, whose pages are exact.
std::string listing(const std::string& body, const std::string& fields = "") {
    return answer(body, "Content-Type: application/json\r\n" + fields);
}
std::string rough_page(const std::string& rows, const std::string& fields = date) {
    return answer("<title>Index of /</title><pre><a href=\"../\">../</a>\n" + rows + "</pre>",
                  "Content-Type: text/html\r\n" + fields);
}

// Answers each path as it is told, and remembers what was asked.
class Site {
public:
    using Answer = std::function<std::string(const std::string& head)>;

    explicit Site(Answer say)
        : say_(std::move(say)), server_([this](RawServer::Peer& peer) {
              for (auto head = peer.read_head(); !head.empty(); head = peer.read_head()) {
                  const auto said = note_and_say(head);
                  if (!peer.send(said)) return;
              }
          }) {}
    explicit Site(std::map<std::string, std::string> pages)
        : Site([pages = std::move(pages)](const std::string& head) {
              const auto found = pages.find(target(head));
              return found == pages.end() ? answer("", "", "404 Not Found") : found->second;
          }) {}

    std::string url(std::string_view at = "/") const { return server_.url(at); }
    static std::string target(const std::string& head) {
        const auto begin = head.find(' ') + 1;
        return head.substr(begin, head.find(' ', begin) - begin);
    }
    std::vector<std::string> asked() const {
        const std::lock_guard lock(mutex_);
        std::vector<std::string> targets;
        for (const auto& head : heads_)
            targets.push_back(target(head));
        return targets;
    }
    std::string last_head() const {
        const std::lock_guard lock(mutex_);
        return heads_.back();
    }

private:
    std::string note_and_say(const std::string& head) {
        const std::lock_guard lock(mutex_);
        heads_.push_back(head);
        return say_(head);
    }

    Answer say_;
    mutable std::mutex mutex_;
    std::vector<std::string> heads_;
    RawServer server_;
};

class Remembered final : public ListingMemory {
public:
    std::string recall(const RelPath& folder) override { return kept[folder]; }
    void keep(const RelPath& folder, std::string_view bytes) override {
        ++writes;
        kept[folder] = bytes;
    }
    void keep_only(const std::vector<RelPath>& folders) override { listed = folders; }
    void learn(const std::vector<Learned>&) override {}

    std::map<RelPath, std::string> kept;
    std::vector<RelPath> listed;
    int writes = 0;
};

std::unique_ptr<Upstream> open(const std::string& url, ListingMemory* memory = nullptr,
                               Manners manners = {}) {
    manners.retries = 0;
    return HttpUpstream::open(url, manners, memory).value();
}

Result<Listing> list(const Site& site, ListingMemory* memory = nullptr, const Selection& selection = {}) {
    Progress progress;
    return open(site.url(), memory)->list(selection, progress);
}

std::vector<std::string> paths(const Result<Listing>& listing) {
    if (!listing) return {"error: " + listing.error().text()};
    std::vector<std::string> all;
    for (const auto& folder : listing->folders())
        for (std::size_t at = 0; at < folder.size(); ++at)
            all.push_back((folder.path() / path(folder.name(at))).str());
    return all;
}

std::string file(const std::string& name) {
    return R"({"name":")" + name + R"(","type":"file","mtime":"Tue, 14 Nov 2023 22:13:20 GMT","size":5})";
}
std::string folder(const std::string& name) {
    return R"({"name":")" + name + R"(","type":"directory","mtime":"Tue, 14 Nov 2023 22:13:20 GMT"})";
}

TEST(HttpUpstream, AsksOnceForEachFolderAndForNothingElse) {
    const Site site({{"/", listing("[" + file("f") + "," + folder("a b") + "," + folder("c") + "]")},
                     {"/a%20b/", listing("[" + folder("d") + "]")},
                     {"/a%20b/d/", listing("[" + file("g") + "]")},
                     {"/c/", listing("[]")}});
    EXPECT_THAT(paths(list(site)), ElementsAre("a b", "c", "f", "a b/d", "a b/d/g"));
    EXPECT_THAT(site.asked(), UnorderedElementsAre("/", "/a%20b/", "/a%20b/d/", "/c/"));
}

TEST(HttpUpstream, GoesIntoNoFolderThatNobodyWants) {
    const Site site({{"/", listing("[" + file("f") + "," + file("g") + "," + folder("no") + "]")}});
    const Selection selection({}, {Glob::parse("no/").value(), Glob::parse("g").value()});
    EXPECT_THAT(paths(list(site, nullptr, selection)), ElementsAre("f"));
    EXPECT_THAT(site.asked(), ElementsAre("/"));
}

TEST(HttpUpstream, AFolderThatCannotBeReadEndsTheListing) {
    const Site site({{"/", listing("[" + folder("a") + "," + folder("b") + "]")}, {"/a/", listing("[]")}});
    const auto listed = list(site);
    ASSERT_FALSE(listed);
    EXPECT_THAT(listed.error().text(), HasSubstr("/b/: the server answers 404"));
}

TEST(HttpUpstream, TheEndIsNotHeldUpByOtherFolders) {
    const RawServer server([](RawServer::Peer& peer) {
        for (auto head = peer.read_head(); !head.empty(); head = peer.read_head()) {
            const auto target = Site::target(head);
            if (target == "/silent/") return peer.wait_for_end();
            peer.send(target == "/" ? listing("[" + folder("silent") + "," + folder("gone") + "]")
                                    : answer("", "", "404 Not Found"));
        }
    });
    Progress progress;
    const auto begin = std::chrono::steady_clock::now();
    const auto listed = open(server.url())->list({}, progress);
    EXPECT_THAT(listed.error().text(), HasSubstr("/gone/: the server answers 404"));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

TEST(HttpUpstream, TreesWithoutAnEndAreNoticed) {
    const Site loop([](const std::string&) { return listing("[" + file("f") + "," + folder("self") + "]"); });
    EXPECT_THAT(list(loop).error().text(), HasSubstr("exclude the link that leads back"));
    EXPECT_LT(loop.asked().size(), 20u);
    std::atomic<int> number = 0;
    const Site deep([&](const std::string&) {
        const auto name = std::to_string(++number);
        return listing("[" + folder("a" + name) + "," + folder("b" + name) + "]");
    });
    EXPECT_THAT(list(deep).error().text(), HasSubstr("folders deep"));
    EXPECT_LT(deep.asked().size(), 1000u);
}

TEST(HttpUpstream, StaysWhereTheFirstPageWas) {
    const Site other(
        {{"/pub/", listing("[" + folder("a") + "]")}, {"/pub/a/", listing("[" + file("f") + "]")}});
    const Site first([&](const std::string&) {
        return answer("", "Location: " + other.url("/pub/") + "\r\n", "302 Found");
    });
    EXPECT_THAT(paths(list(first)), ElementsAre("a", "a/f"));
    EXPECT_EQ(first.asked().size(), 1u);
}

TEST(HttpUpstream, ARedirectToAnotherFolderIsRefused) {
    const Site site([](const std::string& head) {
        if (Site::target(head) == "/") return listing("[" + folder("a") + "]");
        if (Site::target(head) == "/b/") return listing("[]");
        return answer("", "Location: /b/\r\n", "302 Found");
    });
    EXPECT_THAT(list(site).error().text(), HasSubstr("/a/ redirects to"));
}

TEST(HttpUpstream, APageThatIsAsItWasIsNotSentAgain) {
    Remembered memory;
    const Site site([](const std::string& head) {
        if (head.find("If-None-Match: \"page\"") != head.npos)
            return answer("", "ETag: \"page\"\r\n", "304 Not Modified");
        return listing("[" + file("f") + R"(,{"name":"l","type":"symlink","mtime":"","target":"f"}])",
                       "ETag: \"page\"\r\n");
    });
    const auto first = list(site, &memory);
    EXPECT_EQ(memory.writes, 1);
    const auto second = list(site, &memory);
    EXPECT_THAT(site.last_head(), HasSubstr("If-None-Match: \"page\""));
    EXPECT_EQ(memory.writes, 1);
    EXPECT_THAT(memory.listed, ElementsAre(RelPath()));
    ASSERT_TRUE(ok(second));
    EXPECT_EQ(second->find(path("f")), first->find(path("f")));
    EXPECT_EQ(second->find(path("l"))->target, "f");
}

TEST(HttpUpstream, ApachesMarkOfAPageIsNotTrusted) {
    Remembered memory;
    const Site site({{"/", listing("[]", "Server: Apache/2.4\r\nETag: \"page\"\r\n")}});
    EXPECT_TRUE(ok(list(site, &memory)));
    EXPECT_EQ(memory.writes, 0);
}

TEST(HttpUpstream, WhatARoughPageMeansIsRemembered) {
    Remembered memory;
    const Site site({{"/", rough_page("<a href=\"f\">f</a>   13-Nov-2023 10:00   12K\n")}});
    auto listed = list(site, &memory);
    ASSERT_TRUE(ok(listed));
    auto entry = listed->at(*listed->place_of(path("f")));
    EXPECT_EQ(entry.sureness, Sureness::rough);
    EXPECT_EQ(entry.entry.size, 12288u);
    constexpr UnixTime ten = 1'699'869'617;
    memory.kept[RelPath()] += pack_learned("f", {.size = 12000,
                                                 .mtime = FileTime::from_seconds(ten),
                                                 .digest = digest_of_text("x"),
                                                 .validator = "\"f\""});
    listed = list(site, &memory);
    entry = listed->at(*listed->place_of(path("f")));
    EXPECT_EQ(entry.sureness, Sureness::exact);
    EXPECT_EQ(entry.entry,
              (Entry{.size = 12000, .mtime = FileTime::from_seconds(ten), .digest = digest_of_text("x")}));
    EXPECT_EQ(memory.writes, 1);
}

TEST(HttpUpstream, LooksWithOneRequest) {
    const Site site([](const std::string& head) {
        if (Site::target(head) == "/f")
            return std::string(
                "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nLast-Modified: Tue, 14 Nov 2023 22:13:20 "
                "GMT\r\n\r\n");
        return answer("", "", "404 Not Found");
    });
    Progress progress;
    const auto upstream = open(site.url());
    const auto there = upstream->look(path("f"), progress), gone = upstream->look(path("g"), progress);
    ASSERT_TRUE(ok(there) && there->has_value());
    EXPECT_EQ(**there, (Entry{.size = 7, .mtime = FileTime::from_seconds(1'700'000'000)}));
    EXPECT_THAT(site.last_head(), HasSubstr("HEAD /g"));
    ASSERT_TRUE(ok(gone));
    EXPECT_FALSE(gone->has_value());
}

// What becomes of one order for /f.
class HttpBringing : public testing::Test {
protected:
    static Order wanted(Sureness sureness, Bytes size) {
        Order order;
        order.item = {path("f"), {.size = size, .mtime = FileTime::from_seconds(1'700'000'000)}};
        order.sureness = sureness;
        return order;
    }
    // `from` bytes of the file are staged already.
    OneOrder& bring(const Site& site, Order order, const std::string& part = "", Manners manners = {}) {
        if (!part.empty()) temp_.write("staged", part);
        ended_ = std::make_unique<OneOrder>(Folder::open(temp_.path()).value(), path("staged"),
                                            std::move(order), part.size());
        Progress progress;
        open(site.url(), nullptr, manners)->bring(*ended_, progress);
        EXPECT_TRUE(ended_->outcome);
        return *ended_;
    }
    OneOrder& bring(const std::string& said, Order order, const std::string& part = "") {
        const Site site([&](const std::string&) { return said; });
        return bring(site, std::move(order), part);
    }
    std::string staged() const { return temp_.read("staged"); }

    test::TempFolder temp_ = test::TempFolder::in_memory();
    std::unique_ptr<OneOrder> ended_;
};

constexpr auto modified = "Last-Modified: Tue, 14 Nov 2023 22:13:20 GMT\r\n";

TEST_F(HttpBringing, AFileComesWithItsTimeAndMark) {
    const auto& ended =
        bring(answer("hello", std::string(modified) + "ETag: \"x\"\r\n"), wanted(Sureness::rough, 9));
    EXPECT_TRUE(ok(*ended.outcome));
    EXPECT_EQ(staged(), "hello");
    ASSERT_TRUE(ended.told);
    EXPECT_EQ(ended.told->validator, "\"x\"");
    EXPECT_EQ(ended.told->mtime, FileTime::from_seconds(1'700'000'000));
    const auto& exact = bring(answer("hello", modified), wanted(Sureness::exact, 5));
    EXPECT_TRUE(ok(*exact.outcome));
    EXPECT_FALSE(exact.told->mtime);
}

TEST_F(HttpBringing, WhatDoesNotFitWhatWasListedHasChanged) {
    EXPECT_TRUE(fails_with(Fault::changed, *bring(answer("hello"), wanted(Sureness::exact, 6)).outcome));
    EXPECT_TRUE(fails_with(Fault::changed, *bring(answer("hello"), wanted(Sureness::exact, 4)).outcome));
    EXPECT_TRUE(fails_with(Fault::changed, *bring(answer("hello"), wanted(Sureness::rough, 50'000)).outcome));
    EXPECT_TRUE(
        fails_with(Fault::changed,
                   *bring("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello!\r\n0\r\n\r\n",
                          wanted(Sureness::exact, 5))
                        .outcome));
    EXPECT_TRUE(
        fails_with(Fault::changed, *bring(answer("hello", "Last-Modified: Tue, 14 Nov 2023 22:13:21 GMT\r\n"),
                                          wanted(Sureness::exact, 5))
                                        .outcome));
    EXPECT_TRUE(ok(*bring(answer("hello"), wanted(Sureness::none, 50'000)).outcome));
}

TEST_F(HttpBringing, AnExactSizeMustBeEqualWhateverTheTime) {
    const auto another_time = "Last-Modified: Tue, 14 Nov 2023 22:13:50 GMT\r\n";
    for (const auto time : {Sure::rough, Sure::none}) {
        const Sureness sureness{Sure::exact, time};
        for (const Bytes size : {4, 6}) {
            EXPECT_TRUE(fails_with(Fault::changed, *bring(answer("hello"), wanted(sureness, size)).outcome));
            EXPECT_TRUE(fails_with(
                Fault::changed,
                *bring("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                       wanted(sureness, size))
                     .outcome));
        }
        const auto& ended = bring(answer("hello", another_time), wanted(sureness, 5));
        EXPECT_TRUE(ok(*ended.outcome));
        EXPECT_EQ(ended.told->mtime, FileTime::from_seconds(1'700'000'030)) << "it is learned";
    }
}

TEST_F(HttpBringing, AnExactTimeMustBeEqualWhateverTheSize) {
    const auto another_time = "Last-Modified: Tue, 14 Nov 2023 22:13:50 GMT\r\n";
    for (const auto size : {Sure::rough, Sure::none}) {
        EXPECT_TRUE(fails_with(
            Fault::changed, *bring(answer("hello", another_time), wanted({size, Sure::exact}, 9)).outcome));
        const auto& ended = bring(answer("hello", modified), wanted({size, Sure::exact}, 9));
        EXPECT_TRUE(ok(*ended.outcome));
        EXPECT_FALSE(ended.told->mtime);
    }
}

TEST_F(HttpBringing, APageInThePlaceOfAFileIsKnownByItsSizeWhereThatIsTold) {
    const auto login = answer("hello", "Content-Type: text/html\r\n");
    EXPECT_TRUE(ok(*bring(login, wanted({Sure::exact, Sure::none}, 5)).outcome));
    EXPECT_TRUE(fails_with(Fault::bad_input, *bring(login, wanted({Sure::exact, Sure::none}, 6)).outcome));
}

TEST_F(HttpBringing, TroubleIsTold) {
    EXPECT_TRUE(fails_with(Fault::not_found,
                           *bring(answer("", "", "404 Not Found"), wanted(Sureness::exact, 5)).outcome));
    const auto& busy =
        bring(answer("", "Retry-After: 9\r\n", "503 Service Unavailable"), wanted(Sureness::exact, 5));
    EXPECT_EQ(busy.again, Again::later);
    EXPECT_EQ(busy.asked_wait, std::chrono::seconds(9));
    EXPECT_EQ(bring(answer("", "", "403 Forbidden"), wanted(Sureness::exact, 5)).again, Again::no);
    EXPECT_EQ(bring(answer("hello", "Content-Encoding: gzip\r\n"), wanted(Sureness::exact, 5)).again,
              Again::no);
    EXPECT_EQ(bring(answer("", "", "204 No Content"), wanted(Sureness::exact, 0)).again, Again::no);
}

TEST_F(HttpBringing, GoesOnBehindAPart) {
    const Site site([](const std::string& head) {
        EXPECT_THAT(head, HasSubstr("Range: bytes=3-\r\nIf-Range: \"x\"\r\n"));
        return answer("lo", "ETag: \"x\"\r\nContent-Range: bytes 3-4/5\r\n", "206 Partial Content");
    });
    auto order = wanted(Sureness::exact, 5);
    order.part_validator = "\"x\"";
    EXPECT_TRUE(ok(*bring(site, order, "hel").outcome));
    EXPECT_EQ(staged(), "hello");
}

TEST_F(HttpBringing, APartOfAnotherFileIsDropped) {
    auto order = wanted(Sureness::exact, 5);
    order.part_validator = "\"x\"";
    EXPECT_TRUE(ok(*bring(answer("hello", "ETag: \"y\"\r\n"), order, "HEL").outcome));
    EXPECT_EQ(staged(), "hello");
    for (const auto* odd : {"416 Range Not Satisfiable", "206 Partial Content"}) {
        const Site site([&](const std::string& head) {
            return head.find("Range") == head.npos ? answer("hello")
                                                   : answer("lo", "Content-Range: bytes 2-3/5\r\n", odd);
        });
        EXPECT_TRUE(ok(*bring(site, order, "HEL").outcome)) << odd;
        EXPECT_EQ(staged(), "hello");
    }
    order.part_validator.clear();
    const Site site([](const std::string& head) {
        EXPECT_EQ(head.find("Range"), head.npos);
        return answer("hello");
    });
    EXPECT_TRUE(ok(*bring(site, order, "HEL").outcome));
}

TEST_F(HttpBringing, PartsThatNobodyAskedForAreRefused) {
    const auto& ended = bring(answer("hello", "Content-Range: bytes 0-4/5\r\n", "206 Partial Content"),
                              wanted(Sureness::exact, 5));
    EXPECT_FALSE(*ended.outcome);
    EXPECT_EQ(ended.again, Again::no);
}

TEST_F(HttpBringing, WhatIsNotModifiedIsTheSame) {
    auto order = wanted(Sureness::none, 0);
    order.current =
        Entry{.size = 5, .mtime = FileTime::from_seconds(1'700'000'000), .digest = digest_of_text("hello")};
    order.validator = format_mark({digest_of_text("hello"), "\"x\""});
    EXPECT_TRUE(bring(answer("", "ETag: \"x\"\r\n", "304 Not Modified"), order).was_same);
    order.current->digest = digest_of_text("another");
    EXPECT_FALSE(bring(answer("", "", "304 Not Modified"), order).was_same);
}

TEST_F(HttpBringing, ANotModifiedOfAnotherTimeIsNotBelieved) {
    const Site site([](const std::string& head) {
        if (head.find("If-Modified-Since") != head.npos)
            return answer("", "Last-Modified: Mon, 13 Nov 2023 22:13:20 GMT\r\n", "304 Not Modified");
        return answer("older");
    });
    auto order = wanted(Sureness::rough, 5);
    order.current =
        Entry{.size = 5, .mtime = FileTime::from_seconds(1'700'000'000), .digest = digest_of_text("hello")};
    EXPECT_FALSE(bring(site, order).was_same);
    EXPECT_EQ(staged(), "older");
}

TEST_F(HttpBringing, ARedirectToAFolderIsAChange) {
    const Site site([](const std::string& head) {
        return Site::target(head) == "/f" ? answer("", "Location: /f/\r\n", "301 Moved") : listing("[]");
    });
    EXPECT_TRUE(fails_with(Fault::changed, *bring(site, wanted(Sureness::none, 0)).outcome));
}

}  // namespace
}  // namespace mirrorseed::sync
