#include "sync/http/http_answer.hpp"

#include "core/http/http_date.hpp"
#include "core/http/http_fault.hpp"
#include "sync/http/http_site.hpp"
#include "tests/support/listed.hpp"
#include "tests/support/printers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using namespace std::chrono_literals;
using test::fails_with;
using test::file_of;
using test::ok;
using test::path;
using testing::HasSubstr;

constexpr UnixTime noon = 1'700'000'000;
constexpr auto at_noon = "Tue, 14 Nov 2023 22:13:20 GMT";
constexpr auto a_minute_later = "Tue, 14 Nov 2023 22:14:20 GMT";

HttpResponse answer(unsigned status, std::vector<HttpField> fields = {}) {
    return {.url = HttpUrl::parse("http://mirror/f").value(), .status = status, .fields = std::move(fields)};
}

TEST(HttpAnswer, AStatusSaysWhetherAnotherAttemptIsOfUse) {
    for (const unsigned status : {408u, 425u, 429u, 500u, 502u, 503u, 504u})
        EXPECT_EQ(trouble_of(answer(status)).again, Again::later) << status;
    for (const unsigned status : {204u, 304u, 400u, 401u, 403u, 404u, 410u, 416u, 451u})
        EXPECT_EQ(trouble_of(answer(status)).again, Again::no) << status;
    EXPECT_TRUE(trouble_of(answer(404)).error.is(Fault::not_found));
    EXPECT_TRUE(trouble_of(answer(410)).error.is(Fault::not_found));
    EXPECT_TRUE(trouble_of(answer(403)).error.is(Fault::refused));
    EXPECT_EQ(trouble_of(answer(503)).error.text(),
              "http://mirror/f: the server answers 503 (out of service)");
}

TEST(HttpAnswer, AFaultSaysWhetherAnotherAttemptIsOfUse) {
    for (const auto fault : {HttpFault::no_connection, HttpFault::timed_out, HttpFault::closed_early,
                             HttpFault::too_slow, HttpFault::no_address})
        EXPECT_EQ(trouble_of(http_error(fault, "x")).again, Again::later);
    for (const auto fault : {HttpFault::bad_certificate, HttpFault::too_private, HttpFault::bad_redirect})
        EXPECT_EQ(trouble_of(http_error(fault, "x")).again, Again::no);
    EXPECT_EQ(trouble_of(Error(Fault::changed, "x")).again, Again::no);
}

TEST(HttpAnswer, AServerMaySayWhenToComeBack) {
    const auto asked = [](std::vector<HttpField> fields) {
        return trouble_of(answer(503, std::move(fields))).asked;
    };
    EXPECT_EQ(asked({{"Retry-After", "7"}}), 7s);
    EXPECT_EQ(asked({{"Retry-After", "99999999999"}}), 24h);
    EXPECT_EQ(asked({{"Date", at_noon}, {"retry-after", a_minute_later}}), 60s);
    EXPECT_EQ(asked({{"Date", a_minute_later}, {"Retry-After", at_noon}}), 0s);
    for (const auto* text : {"", "-1", "soon", "7 s", a_minute_later})
        EXPECT_EQ(asked({{"Retry-After", text}}), std::nullopt) << text;
}

TEST(HttpAnswer, OnlyWhatTellsBytesApartIsAValidator) {
    EXPECT_EQ(validator_of(answer(200, {{"ETag", "\"x\""}, {"Last-Modified", at_noon}})), "\"x\"");
    EXPECT_EQ(validator_of(answer(200, {{"ETag", "W/\"x\""}})), "");
    EXPECT_EQ(validator_of(answer(200, {{"ETag", "x"}})), "");
    EXPECT_EQ(validator_of(answer(200, {{"Last-Modified", at_noon}, {"Date", a_minute_later}})), at_noon);
    EXPECT_EQ(validator_of(answer(200, {{"Last-Modified", at_noon}, {"Date", at_noon}})), "");
    EXPECT_EQ(validator_of(answer(200, {{"Last-Modified", at_noon}})), "");
    EXPECT_EQ(validator_of(answer(200)), "");
}

TEST(HttpAnswer, KnowsWhichFilesMayBePages) {
    for (const auto* name : {"index.html", "A.HTM", "x.php", "x.shtml"})
        EXPECT_TRUE(is_html_name(name)) << name;
    for (const auto* name : {"html", "x.html.gz", "disk.iso", "README", "."})
        EXPECT_FALSE(is_html_name(name)) << name;
    EXPECT_TRUE(is_html(answer(200, {{"Content-Type", "Text/HTML; charset=utf-8"}})));
    EXPECT_FALSE(is_html(answer(200, {{"Content-Type", "text/htmlx"}})));
    EXPECT_TRUE(is_encoded(answer(200, {{"Content-Encoding", "gzip"}})));
    EXPECT_FALSE(is_encoded(answer(200, {{"Content-Encoding", "Identity"}})));
}

TEST(HttpAnswer, RoundedSizesAreTakenForWhatServersRoundTo) {
    constexpr Bytes mebi = 1 << 20;
    EXPECT_LE(mebi / 2 - 1, size_doubt(mebi));  // nginx shows 1.49 MiB as "1M"
    EXPECT_LT(size_doubt(10 * mebi), 2 * mebi);
    EXPECT_LT(size_doubt(0), 2048u);
    EXPECT_LT(size_doubt(UINT64_MAX), UINT64_MAX / 5);
}

// What a plain folder holds of a file that a page lists.
Order order_of(Sureness sureness, const Entry& listed, const Entry& current) {
    return {.item = {path("f"), listed}, .sureness = sureness, .current = current};
}

HttpResponse head_of(std::string_view size, UnixTime time) {
    return {.url = HttpUrl::parse("http://h/f").value(),
            .status = 200,
            .fields = {{"Content-Length", std::string(size)}, {"Last-Modified", format_http_date(time)}}};
}

TEST(HttpAnswer, AHeadConfirmsSizeAndSecond) {
    const auto order = order_of(Sureness::none, {}, file_of("hello"));
    EXPECT_TRUE(confirms_current(head_of("5", noon), order));
    EXPECT_FALSE(confirms_current(head_of("6", noon), order));
    EXPECT_FALSE(confirms_current(head_of("5", noon + 1), order));
    auto head = head_of("5", noon);
    head.fields.push_back({"Content-Encoding", "gzip"});
    EXPECT_FALSE(confirms_current(head, order));
    head = head_of("5", noon);
    head.status = 405;
    EXPECT_FALSE(confirms_current(head, order));
}

TEST(HttpAnswer, WithoutALastModifiedThePageTellsTheTime) {
    auto head = head_of("5", noon);
    head.fields.pop_back();
    EXPECT_TRUE(confirms_current(head, order_of(Sureness::rough, file_of("hello"), file_of("hello"))));
    EXPECT_FALSE(
        confirms_current(head, order_of(Sureness::rough, file_of("hello", noon + 60), file_of("hello"))));
    EXPECT_FALSE(confirms_current(head, order_of(Sureness::none, {}, file_of("hello"))));
}

TEST(HttpAnswer, ThePagesTimeDoesSoHoweverTheSizeIsTold) {
    auto head = head_of("5", noon);
    head.fields.pop_back();
    for (const auto size : {Sure::exact, Sure::rough, Sure::none}) {
        EXPECT_TRUE(
            confirms_current(head, order_of({size, Sure::rough}, file_of("hello"), file_of("hello"))));
        EXPECT_FALSE(
            confirms_current(head, order_of({size, Sure::none}, file_of("hello"), file_of("hello"))));
    }
}

TEST(HttpAnswer, AnExactSizeMustFitWhateverTheTime) {
    for (const auto time : {Sure::exact, Sure::rough, Sure::none}) {
        EXPECT_TRUE(fits(5, order_of({Sure::exact, time}, file_of("hello"), {})));
        EXPECT_FALSE(fits(6, order_of({Sure::exact, time}, file_of("hello"), {})));
        EXPECT_TRUE(fits(6, order_of({Sure::rough, time}, file_of("hello"), {})));
        EXPECT_FALSE(fits(60'000, order_of({Sure::rough, time}, file_of("hello"), {})));
        EXPECT_TRUE(fits(60'000, order_of({Sure::none, time}, file_of("hello"), {})));
    }
}

TEST(HttpAnswer, AnEmptyFileHasNoLengthToTell) {
    auto head = head_of("", noon);
    head.fields.erase(head.fields.begin());
    EXPECT_TRUE(confirms_current(head, order_of(Sureness::none, {}, file_of(""))));
    EXPECT_FALSE(confirms_current(head, order_of(Sureness::none, {}, file_of("hello"))));
}

// What a page lists as "hello", with a name.
Order ordered(Sureness sureness, std::string_view name = "f") {
    return {.item = {path(name), file_of("hello")}, .sureness = sureness};
}

Status checked(const HttpResponse& head, const Order& order) {
    return check_head(head, HttpUrl::parse("http://h/f").value(), order);
}

TEST(HttpAnswer, TheFileThatIsListedIsTaken) {
    EXPECT_TRUE(ok(checked(head_of("5", noon), ordered(Sureness::exact))));
    EXPECT_TRUE(ok(checked(head_of("999", noon + 1), ordered(Sureness::rough))));
    EXPECT_TRUE(ok(checked(head_of("99999", noon + 1), ordered(Sureness::none))));
    auto rest = head_of("2", noon);
    rest.status = 206;
    rest.fields.push_back({"Content-Range", "bytes 3-4/5"});
    EXPECT_TRUE(ok(checked(rest, ordered(Sureness::exact))));
}

TEST(HttpAnswer, AnotherFileThanTheListedOneIsTold) {
    const auto exact = ordered(Sureness::exact);
    const auto complaint = [](const HttpResponse& head, const Order& order) {
        const auto status = checked(head, order);
        return status ? "none" : status.error().text();
    };
    EXPECT_EQ(complaint(head_of("6", noon), exact),
              "http://h/f is not as it was listed: 6 bytes instead of 5");
    EXPECT_EQ(complaint(head_of("5", noon + 1), exact),
              "http://h/f is not as it was listed: it has another time");
    EXPECT_EQ(complaint(head_of("99999", noon), ordered(Sureness::rough)),
              "http://h/f is not as it was listed: 99999 bytes instead of 5");
    auto head = head_of("2", noon);
    head.status = 206;
    head.fields.push_back({"Content-Range", "bytes 3-5/6"});
    EXPECT_EQ(complaint(head, exact), "http://h/f is not as it was listed: 6 bytes instead of 5");
    head = head_of("5", noon);
    head.url = HttpUrl::parse("http://h/f/").value();
    EXPECT_EQ(complaint(head, exact), "http://h/f/ is not as it was listed: it is a folder");
    EXPECT_EQ(complaint(answer(404), exact), "http://mirror/f: the server answers 404 (not found)");
    EXPECT_EQ(complaint(answer(200, {{"Content-Encoding", "gzip"}}), exact),
              "http://mirror/f came compressed, although nobody asked for that");
}

TEST(HttpAnswer, AnotherHostsTimesAreItsOwn) {
    auto head = head_of("5", noon + 1);
    head.url = HttpUrl::parse("http://elsewhere/f").value();
    EXPECT_TRUE(ok(checked(head, ordered(Sureness::exact))));
}

TEST(HttpAnswer, APageToLogInIsNoFile) {
    const auto page = [](std::string_view size) {
        auto head = head_of(size, noon);
        head.fields.push_back({"Content-Type", "text/html"});
        return head;
    };
    const auto refused = [](const Status& status) { return fails_with(Fault::bad_input, status); };
    EXPECT_TRUE(refused(checked(page("6"), ordered(Sureness::exact))));
    EXPECT_TRUE(refused(checked(answer(200, {{"Content-Type", "text/html"}}), ordered(Sureness::rough))));
    EXPECT_TRUE(refused(checked(page("5"), ordered(Sureness::none, "disk.iso"))));
    // What may well be one.
    EXPECT_TRUE(ok(checked(page("5"), ordered(Sureness::exact))));
    EXPECT_TRUE(ok(checked(page("5"), ordered(Sureness::none, "index.html"))));
    EXPECT_TRUE(ok(checked(page("5"), ordered(Sureness::none, "README"))));
}

TEST(HttpAnswer, ARestIsAllThatIsMissing) {
    const auto rest = [](std::string_view range, Bytes part) {
        return is_rest_behind(answer(206, {{"Content-Range", std::string(range)}}), part);
    };
    EXPECT_TRUE(rest("bytes 3-4/5", 3));
    EXPECT_TRUE(rest("bytes 3-4/*", 3));
    EXPECT_FALSE(rest("bytes 2-4/5", 3));
    EXPECT_FALSE(rest("bytes 3-3/5", 3));
    EXPECT_FALSE(rest("bytes 0-4/5", 0));
    EXPECT_FALSE(rest("", 3));
}

TEST(HttpAnswer, NoMoreMayComeThanIsListed) {
    EXPECT_EQ(most_bytes(ordered(Sureness::exact)), 5u);
    EXPECT_EQ(most_bytes(ordered(Sureness::rough)), 5 + size_doubt(5));
    EXPECT_EQ(most_bytes(ordered(Sureness::none)), Bytes{1} << 40);
    EXPECT_TRUE(ok(check_size(answer(200), 5, ordered(Sureness::exact))));
    EXPECT_TRUE(fails_with(Fault::changed, check_size(answer(200), 4, ordered(Sureness::exact))));
}

TEST(HttpAnswer, TellsATimeWhereTheListingIsLessSure) {
    EXPECT_EQ(told_of(head_of("5", noon), ordered(Sureness::rough)).mtime, FileTime::from_seconds(noon));
    EXPECT_EQ(told_of(head_of("5", noon), ordered(Sureness::exact)).mtime, std::nullopt);
    EXPECT_EQ(told_of(answer(200, {{"ETag", "\"x\""}}), ordered(Sureness::none)).validator, "\"x\"");
}

TEST(HttpSite, TakesThePasswordFromItsFileUnlessTheUrlHasOne) {
    const auto credentials = [](const std::string& url, const std::string& password) {
        const auto site = HttpSite::make(url, {.password = password});
        return site ? site->root.credentials() : site.error().text();
    };
    EXPECT_EQ(credentials("http://jo@h/x/", "s@/:? %"), "jo:s@/:? %");
    EXPECT_EQ(credentials("http://jo:own@h/x/", "other"), "jo:own");
    EXPECT_EQ(credentials("http://h/x/", "unused"), "");
}

TEST(HttpSite, NamesFoldersWithASlashAndEscapesNames) {
    const auto site = HttpSite::make("http://h/pub%20x", {});
    ASSERT_TRUE(ok(site));
    EXPECT_EQ(site->root.target(), "/pub%20x/");
    EXPECT_EQ(folder_url(site->root, RelPath()).target(), "/pub%20x/");
    EXPECT_EQ(folder_url(site->root, path("a:b/c?d")).target(), "/pub%20x/a%3Ab/c%3Fd/");
    EXPECT_EQ(file_url(site->root, path("%41#\xff")).target(), "/pub%20x/%2541%23%FF");
    EXPECT_TRUE(fails_with(Fault::bad_input, HttpSite::make("http://h/?dir=x", {})));
    EXPECT_FALSE(HttpSite::make("http://h/", {.proxy = "nonsense"}));
}

}  // namespace
}  // namespace mirrorseed::sync
