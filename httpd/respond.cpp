#include "httpd/respond.hpp"

#include "httpd/conditions.hpp"
#include "httpd/http_date.hpp"

#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/status.hpp>

#include <fmt/format.h>

#include <utility>

namespace mirrorseed::httpd {
namespace {

namespace http = boost::beast::http;

constexpr std::string_view allowed_methods = "GET, HEAD, OPTIONS";

// A page elsewhere may read these of our answers: what a browser's torrent client needs.
constexpr std::string_view exposed_fields =
    "Accept-Ranges, Content-Length, Content-Range, Digest, ETag, Last-Modified, Repr-Digest, Retry-After";
constexpr std::string_view asked_fields =
    "Accept, Cache-Control, If-Match, If-Modified-Since, If-None-Match, If-Range, If-Unmodified-Since, "
    "Range, "
    "User-Agent, Want-Digest";

void add(Answer& answer, std::string_view name, std::string value) {
    answer.fields.push_back({name, std::move(value)});
}

void add_cors(Answer& answer, Cors cors) {
    if (cors == Cors::off) return;
    add(answer, "Access-Control-Allow-Origin", "*");
    add(answer, "Access-Control-Expose-Headers", std::string(exposed_fields));
}

bool wants_sha256(const Request& request) {
    if (!request.want_digest) return false;
    for (const auto& [algorithm, parameters] : http::ext_list{*request.want_digest}) {
        if (!boost::beast::iequals(algorithm, "sha-256")) continue;
        for (const auto& [name, value] : parameters)
            if (name == "q" && value.find_first_not_of("0.") == value.npos) return false;
        return true;
    }
    return false;
}

// What a 200 would say of the content, and a 206 and a 304 too (RFC 9110 section 15.4.5).
void add_validators(Answer& answer, const ContentFacts& content) {
    if (!content.etag.empty()) add(answer, "ETag", content.etag);
    if (content.modified) add(answer, "Last-Modified", format_http_date(*content.modified));
    if (!content.cache_control.empty()) add(answer, "Cache-Control", content.cache_control);
    if (!content.vary.empty()) add(answer, "Vary", content.vary);
}

void add_description(Answer& answer, const Request& request, const ContentFacts& content) {
    add_validators(answer, content);
    add(answer, "Accept-Ranges", "bytes");
    if (!content.digest) return;
    // Of the whole content, also with a part of it (RFC 9530 section 3).
    add(answer, "Repr-Digest", "sha-256=:" + content.digest->base64() + ":");
    if (wants_sha256(request)) add(answer, "Digest", "SHA-256=" + content.digest->base64());
}

Answer whole(const Request& request, const ContentFacts& content) {
    Answer answer{.status = 200, .fields = {}, .length = content.size, .pieces = {}};
    add(answer, "Content-Type", content.media_type);
    add_description(answer, request, content);
    if (content.size > 0) answer.pieces.push_back({{}, {0, content.size}});
    return answer;
}

std::string content_range(const Span& span, Bytes size) {
    return fmt::format("bytes {}-{}/{}", span.begin, span.end - 1, size);
}

Answer one_part(const Request& request, const ContentFacts& content, const Span& span) {
    Answer answer{.status = 206, .fields = {}, .length = span.size(), .pieces = {{{}, span}}};
    add(answer, "Content-Type", content.media_type);
    add(answer, "Content-Range", content_range(span, content.size));
    add_description(answer, request, content);
    return answer;
}

// zchunk looks for a line end before every delimiter, the first too, and for a boundary that is the last
// parameter.
Answer many_parts(const Request& request, const ContentFacts& content, const std::vector<Span>& spans,
                  const std::string& boundary) {
    Answer answer{.status = 206, .fields = {}, .length = 0, .pieces = {}};
    add(answer, "Content-Type", "multipart/byteranges; boundary=" + boundary);
    add_description(answer, request, content);
    answer.pieces.reserve(spans.size() + 1);
    for (const auto& span : spans)
        answer.pieces.push_back({fmt::format("\r\n--{}\r\nContent-Type: {}\r\nContent-Range: {}\r\n\r\n",
                                             boundary, content.media_type, content_range(span, content.size)),
                                 span});
    answer.pieces.push_back({fmt::format("\r\n--{}--\r\n", boundary), {}});
    for (const auto& piece : answer.pieces)
        *answer.length += piece.text.size() + piece.span.size();
    return answer;
}

Answer unsatisfiable(const ContentFacts& content) {
    Answer answer{.status = 416, .fields = {}, .length = 0, .pieces = {}};
    add(answer, "Content-Range", fmt::format("bytes */{}", content.size));
    return answer;
}

Answer not_modified(const ContentFacts& content) {
    Answer answer{.status = 304, .fields = {}, .length = std::nullopt, .pieces = {}};
    add_validators(answer, content);
    return answer;
}

Answer with_text(unsigned status, std::string text) {
    Answer answer{.status = status, .fields = {}, .length = text.size(), .pieces = {}};
    add(answer, "Content-Type", "text/plain; charset=utf-8");
    answer.pieces.push_back({std::move(text), {}});
    return answer;
}

Answer choose(const Request& request, const ContentFacts& content, const Circumstances& around) {
    const Validators validators{content.etag, content.modified, content.date_is_strong};
    const auto fields = request.conditions();
    switch (check_conditions(fields, validators, around.now)) {
        case Condition::not_modified:
            return not_modified(content);
        case Condition::failed:
            return with_text(412, "412 the content is another than the one asked for\n");
        case Condition::go_on:
            break;
    }
    // Range is defined for GET alone (RFC 9110 section 14.2).
    if (request.method != Method::get || !request.range || !if_range_holds(fields, validators, around.now))
        return whole(request, content);
    const auto choice = choose_ranges(*request.range, content.size);
    switch (choice.kind) {
        case RangeChoice::Kind::unsatisfiable:
            return unsatisfiable(content);
        case RangeChoice::Kind::whole:
            return whole(request, content);
        case RangeChoice::Kind::parts:
            break;
    }
    if (choice.parts.size() == 1) return one_part(request, content, choice.parts.front());
    return many_parts(request, content, choice.parts, around.boundary);
}

Answer finish(Answer answer, const Request& request, const Circumstances& around) {
    add_cors(answer, around.cors);
    if (request.is_head()) answer.pieces.clear();
    return answer;
}

Answer options(const Circumstances& around) {
    Answer answer{.status = 204, .fields = {}, .length = std::nullopt, .pieces = {}};
    add(answer, "Allow", std::string(allowed_methods));
    if (around.cors == Cors::off) return answer;
    add(answer, "Access-Control-Allow-Methods", std::string(allowed_methods));
    add(answer, "Access-Control-Allow-Headers", std::string(asked_fields));
    add(answer, "Access-Control-Max-Age", "86400");
    return answer;
}

}  // namespace

std::optional<Answer> respond_to_method(const Request& request, const Circumstances& around) {
    switch (request.method) {
        case Method::get:
        case Method::head:
            return std::nullopt;
        case Method::options:
            return finish(options(around), request, around);
        case Method::unknown:
            return respond_with_refusal(request, 501, "no such method is known here", around);
        case Method::known:
            break;
    }
    auto answer = respond_with_refusal(request, 405, "this can only be read", around);
    add(answer, "Allow", std::string(allowed_methods));
    return answer;
}

Answer respond_with_content(const Request& request, const ContentFacts& content,
                            const Circumstances& around) {
    return finish(choose(request, content, around), request, around);
}

Answer respond_with_redirect(const Request& request, std::string location, const Circumstances& around) {
    auto answer = with_text(301, "301 see " + location + "\n");
    add(answer, "Location", std::move(location));
    return finish(std::move(answer), request, around);
}

Answer respond_with_refusal(const Request& request, unsigned status, std::string_view reason,
                            const Circumstances& around) {
    const auto told = reason.empty() ? reason_phrase(status) : reason;
    auto answer = with_text(status, fmt::format("{} {}\n", status, told));
    if (status == 503) add(answer, "Retry-After", "5");
    return finish(std::move(answer), request, around);
}

std::string_view reason_phrase(unsigned status) {
    const auto phrase = http::obsolete_reason(http::int_to_status(status));
    return {phrase.data(), phrase.size()};
}

std::string head_text(const Answer& answer, AfterAnswer after, UnixTime now) {
    std::string text;
    text.reserve(768);
    auto out = std::back_inserter(text);
    fmt::format_to(out, "HTTP/1.1 {} {}\r\nDate: {}\r\nServer: mirrorseed\r\n", answer.status,
                   reason_phrase(answer.status), format_http_date(now));
    for (const auto& [name, value] : answer.fields)
        fmt::format_to(out, "{}: {}\r\n", name, value);
    if (answer.length) fmt::format_to(out, "Content-Length: {}\r\n", *answer.length);
    text += after == AfterAnswer::close ? "Connection: close\r\n\r\n" : "Connection: keep-alive\r\n\r\n";
    return text;
}

}  // namespace mirrorseed::httpd
