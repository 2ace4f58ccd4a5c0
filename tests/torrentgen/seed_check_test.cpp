#include "torrentgen/seed_check.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::torrentgen {

inline void PrintTo(const SeedVerdict& verdict, std::ostream* out) {
    *out << code_of(verdict.trouble) << ": " << verdict.reason;
}

namespace {

using namespace std::chrono_literals;

const SeedQuestion question{HttpUrl::parse("http://m/x").value(), 10, 15, 100};

SeedAnswer good() {
    return {.status = 206, .content_range = "bytes 10-14/100", .body = "hello"};
}
SeedAnswer but(auto change) {
    auto answer = good();
    change(answer);
    return answer;
}
SeedAnswer failed(HttpFault fault) {
    return {.fault = fault, .fault_text = "why"};
}

TEST(SeedCheck, JudgesEveryAnswer) {
    const struct {
        SeedAnswer answer;
        SeedTrouble trouble;
        std::string_view reason;
    } cases[] = {
        {good(), SeedTrouble::none, ""},
        {but([](auto& a) { a.content_encoding = "identity"; }), SeedTrouble::none, ""},
        {but([](auto& a) { a.redirected_to = "other"; }), SeedTrouble::none, ""},
        {but([](auto& a) { a.status = 200; }), SeedTrouble::no_ranges,
         "no ranges: it answers 200 where 206 is asked for"},
        {but([](auto& a) { a.status = 404; }), SeedTrouble::bad_status, "HTTP status 404"},
        {but([](auto& a) { a.status = 416; }), SeedTrouble::bad_status, "HTTP status 416"},
        {but([](auto& a) { a.status = 503; }), SeedTrouble::bad_status, "HTTP status 503"},
        {but([](auto& a) { a.status = 302; }), SeedTrouble::bad_status, "HTTP status 302"},
        {but([](auto& a) { a.content_encoding = "gzip"; }), SeedTrouble::compressed,
         "compressed as \"gzip\", which no client undoes"},
        {but([](auto& a) { a.status = 200, a.content_encoding = "br\n"; }), SeedTrouble::compressed,
         "compressed as \"br\\x0a\", which no client undoes"},
        {but([](auto& a) { a.content_range = ""; }), SeedTrouble::wrong_range, "a 206 without Content-Range"},
        {but([](auto& a) { a.content_range = "bytes 10-14/*"; }), SeedTrouble::wrong_range,
         "Content-Range is \"bytes 10-14/*\", not \"bytes 10-14/100\""},
        {but([](auto& a) { a.content_range = "bytes 10-14/101"; }), SeedTrouble::wrong_range,
         "Content-Range is \"bytes 10-14/101\", not \"bytes 10-14/100\""},
        {but([](auto& a) { a.content_range = "bytes 0-4/100"; }), SeedTrouble::wrong_range,
         "Content-Range is \"bytes 0-4/100\", not \"bytes 10-14/100\""},
        {but([](auto& a) { a.content_range = "bytes 10-13/100"; }), SeedTrouble::wrong_range,
         "Content-Range is \"bytes 10-13/100\", not \"bytes 10-14/100\""},
        {but([](auto& a) { a.content_range = "10-14"; }), SeedTrouble::wrong_range,
         "Content-Range is \"10-14\", not \"bytes 10-14/100\""},
        {but([](auto& a) { a.body = "hell"; }), SeedTrouble::wrong_range, "4 bytes came, not 5"},
        {failed(HttpFault::body_too_large), SeedTrouble::wrong_range, "more bytes came than were asked for"},
        {failed(HttpFault::no_address), SeedTrouble::unreachable, "why"},
        {failed(HttpFault::no_connection), SeedTrouble::unreachable, "why"},
        {failed(HttpFault::too_private), SeedTrouble::too_private, "why"},
        {failed(HttpFault::bad_certificate), SeedTrouble::bad_certificate, "why"},
        {failed(HttpFault::no_tls), SeedTrouble::malformed, "why"},
        {failed(HttpFault::timed_out), SeedTrouble::timed_out, "why"},
        {{.fault = HttpFault::timed_out, .fault_text = "why", .body = "hel"},
         SeedTrouble::slow,
         "slow: 3 of 5 bytes came in time"},
        {failed(HttpFault::too_slow), SeedTrouble::slow, "why"},
        {failed(HttpFault::closed_early), SeedTrouble::malformed, "why"},
        {failed(HttpFault::malformed), SeedTrouble::malformed, "why"},
        {failed(HttpFault::head_too_large), SeedTrouble::malformed, "why"},
        {failed(HttpFault::bad_redirect), SeedTrouble::bad_redirect, "why"},
    };
    for (const auto& c : cases)
        EXPECT_EQ(judge(question, c.answer), (SeedVerdict{c.trouble, std::string(c.reason)}));
}

TEST(SeedCheck, CallsASeedSlowWhenItWasGivenTimeEnough) {
    EXPECT_TRUE(judge_rate(10, 4s, {1000}).is_ok());
    EXPECT_TRUE(judge_rate(10'000, 10s, {1000}).is_ok());
    EXPECT_EQ(judge_rate(9'990, 10s, {1000}).trouble, SeedTrouble::slow);
    EXPECT_EQ(judge_rate(3, 10s, {1000}).reason, "slow: less than 1 B/s, where 1000 B/s is the least");
    EXPECT_TRUE(judge_rate(0, 1h, {0}).is_ok());
}

TEST(SeedCheck, LibtorrentsExperienceIsTheSeeds) {
    const SeedVerdict bad{SeedTrouble::bad_status, "HTTP status 404"};
    EXPECT_EQ(conclude({{SeedClient::libtorrent, {}}, {SeedClient::aria2, {}}}, ""), SeedVerdict());
    EXPECT_EQ(conclude({{SeedClient::libtorrent, {}}, {SeedClient::aria2, {}}}, "other\n"),
              (SeedVerdict{SeedTrouble::none, "redirects to other\\x0a"}));
    EXPECT_EQ(conclude({{SeedClient::libtorrent, bad}, {SeedClient::aria2, {}}}, "other"), bad);
    EXPECT_EQ(
        conclude({{SeedClient::libtorrent, {}},
                  {SeedClient::aria2, bad},
                  {SeedClient::transmission_3, bad},
                  {SeedClient::webtorrent, bad}},
                 "other"),
        (SeedVerdict{SeedTrouble::none, "redirects to other; not for aria2, Transmission 3 and WebTorrent"}));
}

}  // namespace
}  // namespace mirrorseed::torrentgen
