#include "httpd/respond.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::httpd {
namespace {

const Circumstances around{.now = 1795000000, .boundary = "B", .cors = Cors::off};

Content bytes_of(Bytes size, Cors cors = Cors::off) {
    ContentFacts facts;
    facts.size = size;
    facts.etag = "\"tag\"";
    facts.modified = 784111777;
    facts.digest = Sha256::of(as_bytes("abc"));
    facts.media_type = "text/plain";
    return {facts, cors};
}
const Content thousand_bytes = bytes_of(1000);

Request get() {
    return {.method = Method::get};
}

// The value of a field in the head as it would be sent.
std::string field(const Answer& answer, const std::string& name) {
    std::string head;
    append_head(head, answer, AfterAnswer::keep_alive, "");
    const auto at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "(none)";
    const auto begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
}

Bytes body_size(const Answer& answer) {
    std::string framing = answer.text;
    Bytes size = 0;
    for (const auto& span : answer.spans) {
        if (!answer.boundary.empty()) append_part_head(framing, thousand_bytes, answer, span);
        size += span.size();
    }
    if (!answer.boundary.empty()) append_last_boundary(framing, answer);
    return framing.size() + size;
}

TEST(Respond, DescribesAWholeFile) {
    const auto answer = respond_with_content(get(), thousand_bytes, around);
    EXPECT_EQ(answer.status, 200u);
    EXPECT_EQ(answer.length, 1000u);
    EXPECT_EQ(field(answer, "ETag"), "\"tag\"");
    EXPECT_EQ(field(answer, "Last-Modified"), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(field(answer, "Accept-Ranges"), "bytes");
    EXPECT_EQ(field(answer, "Repr-Digest"), "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:");
    EXPECT_EQ(field(answer, "Digest"), "(none)");
    EXPECT_EQ(field(answer, "Content-Encoding"), "(none)");
    EXPECT_EQ(body_size(answer), 1000u);
}

TEST(Respond, OffersNoPartsOfWhatNobodyHasSeenWhole) {
    ContentFacts facts;
    facts.size = 1000;
    facts.media_type = "text/plain";
    facts.is_settled = false;
    const Content content(facts, Cors::off);
    auto request = get();
    request.range = "bytes=0-9";
    request.if_none_match = "*";
    const auto answer = respond_with_content(request, content, around);
    EXPECT_EQ(answer.status, 200u);
    EXPECT_EQ(body_size(answer), 1000u);
    EXPECT_EQ(field(answer, "Accept-Ranges"), "(none)");
}

TEST(Respond, KeepsAStrangersPagesApart) {
    const auto policy = [](const char* media_type, bool sandboxed) {
        ContentFacts facts;
        facts.size = 10;
        facts.etag = "\"tag\"";
        facts.media_type = media_type;
        facts.sandboxed = sandboxed;
        const Content content(facts, Cors::on);
        auto request = get();
        const auto told = field(respond_with_content(request, content, around), "Content-Security-Policy");
        request.if_none_match = "\"tag\"";
        const auto again = respond_with_content(request, content, around);
        EXPECT_EQ(again.status, 304u);
        EXPECT_EQ(field(again, "Content-Security-Policy"), told);
        return told;
    };
    for (const auto* page : {"text/html; charset=utf-8", "application/xhtml+xml", "image/svg+xml",
                             "application/xml", "text/xml", "application/metalink4+xml"}) {
        EXPECT_EQ(
            policy(page, true),
            "sandbox allow-downloads allow-popups allow-popups-to-escape-sandbox allow-forms allow-scripts");
        EXPECT_EQ(policy(page, false), "(none)");
    }
    for (const auto* other : {"application/pdf", "text/plain; charset=utf-8", "text/javascript", "image/png"})
        EXPECT_EQ(policy(other, true), "(none)") << other;
}

TEST(Respond, TellsTheOldDigestWhereItIsWanted) {
    auto request = get();
    for (const auto* wanted : {"SHA-512, SHA-256, SHA", "sha-256;q=0.5", "SHA-256"}) {
        request.want_digest = wanted;
        EXPECT_EQ(field(respond_with_content(request, thousand_bytes, around), "Digest"),
                  "SHA-256=ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
            << wanted;
    }
    for (const auto* other : {"SHA-512", "sha-256;q=0", ""}) {
        request.want_digest = other;
        EXPECT_EQ(field(respond_with_content(request, thousand_bytes, around), "Digest"), "(none)") << other;
    }
}

TEST(Respond, AnswersOnePartWith206AlsoWhenItIsTheWhole) {
    auto request = get();
    request.range = "bytes=0-";
    const auto answer = respond_with_content(request, thousand_bytes, around);
    EXPECT_EQ(answer.status, 206u);
    EXPECT_EQ(answer.length, 1000u);
    EXPECT_EQ(field(answer, "Content-Range"), "bytes 0-999/1000");
    EXPECT_EQ(field(answer, "Content-Type"), "text/plain");
    EXPECT_NE(field(answer, "Repr-Digest"), "(none)");
}

TEST(Respond, FramesManyParts) {
    auto request = get();
    request.range = "bytes=0-1,5-6";
    const auto answer = respond_with_content(request, thousand_bytes, around);
    EXPECT_EQ(answer.status, 206u);
    EXPECT_EQ(field(answer, "Content-Type"), "multipart/byteranges; boundary=B");
    EXPECT_EQ(field(answer, "Content-Range"), "(none)");
    EXPECT_EQ(answer.spans, (std::vector<Span>{{0, 2}, {5, 7}}));
    std::string framing;
    append_part_head(framing, thousand_bytes, answer, answer.spans[0]);
    append_last_boundary(framing, answer);
    EXPECT_EQ(framing,
              "\r\n--B\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/1000\r\n\r\n\r\n--B--\r\n");
    EXPECT_EQ(answer.length, body_size(answer));
}

TEST(Respond, KnowsTheLengthOfPartsWhateverTheirNumbers) {
    auto request = get();
    for (const auto* range : {"bytes=0-0,2-2", "bytes=9-10,99-100,998-", "bytes=1-8,10-98,100-998,-1"}) {
        request.range = range;
        const auto answer = respond_with_content(request, thousand_bytes, around);
        EXPECT_GT(answer.spans.size(), 1u) << range;
        EXPECT_EQ(answer.length, body_size(answer)) << range;
    }
}

TEST(Respond, AnswersAnImpossibleRangeWithoutABody) {
    auto request = get();
    request.range = "bytes=1000-";
    const auto answer = respond_with_content(request, thousand_bytes, around);
    EXPECT_EQ(answer.status, 416u);
    EXPECT_EQ(answer.length, 0u);
    EXPECT_EQ(field(answer, "Content-Range"), "bytes */1000");
    EXPECT_EQ(field(answer, "Content-Type"), "(none)");
    EXPECT_TRUE(answer.spans.empty() && answer.text.empty());
}

TEST(Respond, IgnoresRangeOnHead) {
    Request request{.method = Method::head};
    request.range = "bytes=0-1";
    const auto answer = respond_with_content(request, thousand_bytes, around);
    EXPECT_EQ(answer.status, 200u);
    EXPECT_EQ(answer.length, 1000u);
    EXPECT_TRUE(answer.spans.empty() && answer.text.empty());
}

TEST(Respond, LooksAtConditionsBeforeRanges) {
    auto request = get();
    request.range = "bytes=2000-";
    request.if_none_match = "\"tag\"";
    EXPECT_EQ(respond_with_content(request, thousand_bytes, around).status, 304u);
    request.if_none_match = std::nullopt;
    request.if_match = "\"other\"";
    EXPECT_EQ(respond_with_content(request, thousand_bytes, around).status, 412u);
    request.if_match = std::nullopt;
    request.if_range = "\"other\"";
    EXPECT_EQ(respond_with_content(request, thousand_bytes, around).status, 200u);
}

TEST(Respond, SendsValidatorsAndNothingElseWith304) {
    auto request = get();
    request.if_none_match = "*";
    const auto answer = respond_with_content(request, thousand_bytes, around);
    EXPECT_EQ(field(answer, "ETag"), "\"tag\"");
    EXPECT_EQ(field(answer, "Content-Type"), "(none)");
    EXPECT_EQ(answer.length, std::nullopt);
    EXPECT_TRUE(answer.spans.empty() && answer.text.empty());
}

TEST(Respond, AnswersAnyRangeOfAnEmptyFileWith200) {
    auto request = get();
    const auto content = bytes_of(0);
    for (const auto* range : {"bytes=0-", "bytes=-5", "bytes=7-"}) {
        request.range = range;
        const auto answer = respond_with_content(request, content, around);
        EXPECT_EQ(answer.status, 200u) << range;
        EXPECT_EQ(answer.length, 0u);
    }
}

TEST(Respond, SaysWhichMethodsThereAre) {
    EXPECT_FALSE(respond_to_method(get(), around));
    EXPECT_FALSE(respond_to_method({.method = Method::head}, around));
    const auto known = respond_to_method({.method = Method::known}, around);
    EXPECT_EQ(known->status, 405u);
    EXPECT_EQ(field(*known, "Allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(respond_to_method({.method = Method::unknown}, around)->status, 501u);
    EXPECT_EQ(respond_to_method({.method = Method::options}, around)->status, 204u);
}

TEST(Respond, LetsPagesElsewhereReadWhenCorsIsOn) {
    auto open = around;
    open.cors = Cors::on;
    const auto content = bytes_of(1000, Cors::on);
    const auto answer = respond_with_content(get(), content, open);
    EXPECT_EQ(field(answer, "Access-Control-Allow-Origin"), "*");
    EXPECT_NE(field(answer, "Access-Control-Expose-Headers").find("Content-Range"), std::string::npos);
    const auto preflight = respond_to_method({.method = Method::options}, open);
    EXPECT_NE(field(*preflight, "Access-Control-Allow-Headers").find("If-Range"), std::string::npos);
    EXPECT_EQ(field(respond_with_content(get(), thousand_bytes, around), "Access-Control-Allow-Origin"),
              "(none)");
}

TEST(Respond, WritesTheHead) {
    std::string head;
    append_head(head, respond_with_redirect(get(), "/a/", around), AfterAnswer::close, date_lines(784111777));
    EXPECT_EQ(
        head,
        "HTTP/1.1 301 Moved Permanently\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nServer: mirrorseed\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nLocation: /a/\r\nContent-Length: 12\r\n"
        "Connection: close\r\n\r\n");
}

}  // namespace
}  // namespace mirrorseed::httpd
