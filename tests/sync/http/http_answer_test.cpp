#include "sync/http/http_answer.hpp"

#include "core/http/http_fault.hpp"
#include "sync/http/http_bringer.hpp"
#include "sync/http/http_site.hpp"
#include "tests/support/printers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using namespace std::chrono_literals;
using test::digest_of_text;
using test::fails_with;
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

Order order_of(Sureness sureness, Bytes size, UnixTime mtime) {
    Order order;
    order.item = {path("f"), {.size = size, .mtime = FileTime::from_seconds(mtime)}};
    order.sureness = sureness;
    return order;
}
Entry held(std::string_view content, UnixTime mtime) {
    return {
        .size = content.size(), .mtime = FileTime::from_seconds(mtime), .digest = digest_of_text(content)};
}
std::string mark(std::string_view content, const std::string& validator) {
    return digest_of_text(content).hex() + " " + validator;
}

TEST(HttpCondition, AsksByTheServersMarkOfWhatIsHeld) {
    auto order = order_of(Sureness::none, 0, 0);
    order.validator = mark("held", "\"tag\"");
    EXPECT_FALSE(condition_for(order));
    order.held = held("held", noon);
    ASSERT_TRUE(condition_for(order));
    EXPECT_EQ(condition_for(order)->field, (HttpField{"If-None-Match", "\"tag\""}));
    EXPECT_FALSE(condition_for(order)->mtime);
    order.validator = mark("held", at_noon);
    EXPECT_EQ(condition_for(order)->field, (HttpField{"If-Modified-Since", at_noon}));
    for (const auto& useless : {mark("another", "\"tag\""), mark("held", ""), std::string("\"tag\"")}) {
        order.validator = useless;
        EXPECT_FALSE(condition_for(order)) << useless;
    }
    order.validator = mark("held", "\"tag\"");
    order.sureness = Sureness::exact;
    EXPECT_FALSE(condition_for(order));
}

TEST(HttpCondition, AsksByTheTimeOfWhatCameFromElsewhereWhenItLooksTheSame) {
    const auto condition = [](Sureness sureness, Bytes size, UnixTime listed) {
        auto order = order_of(sureness, size, listed);
        order.held = held(std::string(5000, 'x'), noon);
        return condition_for(order);
    };
    constexpr auto minute = noon - noon % 60;
    ASSERT_TRUE(condition(Sureness::rough, 5120, minute));
    EXPECT_EQ(condition(Sureness::rough, 5120, minute)->field, (HttpField{"If-Modified-Since", at_noon}));
    EXPECT_EQ(condition(Sureness::rough, 5120, minute)->mtime, FileTime::from_seconds(noon));
    EXPECT_TRUE(condition(Sureness::rough, 5120, minute + 2 * 3600));  // another time zone
    EXPECT_TRUE(condition(Sureness::rough, 5120, minute - 9 * 1800));
    EXPECT_FALSE(condition(Sureness::rough, 5120, minute + 60));
    EXPECT_FALSE(condition(Sureness::rough, 5120, minute + 86400));
    EXPECT_FALSE(condition(Sureness::rough, 50'000, minute));
    EXPECT_FALSE(condition(Sureness::none, 0, 0));
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
