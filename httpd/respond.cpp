#include "httpd/respond.hpp"

#include "httpd/conditions.hpp"
#include "httpd/media_type.hpp"
#include "httpd/own_paths.hpp"

#include "core/http/http_date.hpp"

#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/status.hpp>

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <iterator>
#include <utility>

namespace mirrorseed::httpd {
namespace {

namespace http = boost::beast::http;

// A page elsewhere may ask in these ways, and read these of our answers: what a browser's torrent client
// needs.
constexpr std::string_view methods_of_pages = "GET, HEAD, OPTIONS";
constexpr std::string_view exposed_fields =
    "Accept-Ranges, Content-Length, Content-Range, Digest, ETag, Last-Modified, Link, Repr-Digest, "
    "Retry-After";
constexpr std::string_view asked_fields =
    "Accept, Cache-Control, If-Match, If-Modified-Since, If-None-Match, If-Range, If-Unmodified-Since, "
    "Range, "
    "User-Agent, Want-Digest";

// A tree's pages share the mirror's origin and are a stranger's. They may do what such pages do, and neither
// read cookies nor ask for anything in the reader's name: so never allow-same-origin.
constexpr std::string_view sandbox_of_pages =
    "sandbox allow-downloads allow-popups allow-popups-to-escape-sandbox allow-forms allow-scripts";

void add(std::string& lines, std::string_view name, std::string_view value) {
    lines.append(name).append(": ").append(value).append("\r\n");
}

void add_number(std::string& text, Bytes number) {
    std::array<char, 20> digits;
    text.append(digits.data(), std::to_chars(digits.begin(), digits.end(), number).ptr);
}

void add_cors(std::string& lines, Cors cors) {
    if (cors == Cors::off) return;
    add(lines, "Access-Control-Allow-Origin", "*");
    add(lines, "Access-Control-Expose-Headers", exposed_fields);
}

bool wants_sha256(const Request& request) {
    if (!request.want_digest) return false;
    const http::ext_list wanted{{request.want_digest->data(), request.want_digest->size()}};
    for (const auto& [algorithm, parameters] : wanted) {
        if (!boost::beast::iequals(algorithm, "sha-256")) continue;
        for (const auto& [name, value] : parameters)
            if (name == "q" && value.find_first_not_of("0.") == value.npos) return false;
        return true;
    }
    return false;
}

Answer about(const Request& request, const Content& content, unsigned status, std::string_view described) {
    Answer answer{.status = status, .described = described};
    if (content.facts().digest && wants_sha256(request))
        add(answer.lines, "Digest", "SHA-256=" + content.facts().digest->base64());
    return answer;
}

Answer whole(const Request& request, const Content& content) {
    auto answer = about(request, content, 200, content.whole());
    answer.length = content.facts().size;
    if (content.facts().size > 0) answer.spans.push_back({0, content.facts().size});
    return answer;
}

void add_content_range(std::string& lines, const Span& span, Bytes size) {
    lines += "Content-Range: bytes ";
    add_number(lines, span.begin);
    lines += '-';
    add_number(lines, span.end - 1);
    lines += '/';
    add_number(lines, size);
    lines += "\r\n";
}

Answer one_part(const Request& request, const Content& content, const Span& span) {
    auto answer = about(request, content, 206, content.whole());
    add_content_range(answer.lines, span, content.facts().size);
    answer.length = span.size();
    answer.spans.push_back(span);
    return answer;
}

Bytes digits_of(Bytes number) {
    Bytes count = 1;
    for (; number >= 10; number /= 10)
        ++count;
    return count;
}

// zchunk looks for a line end before every delimiter, the first too, and for a boundary that is the last
// parameter.
Answer many_parts(const Request& request, const Content& content, std::vector<Span> spans,
                  std::string_view boundary) {
    auto answer = about(request, content, 206, content.description());
    answer.boundary = boundary;
    add(answer.lines, "Content-Type", "multipart/byteranges; boundary=" + answer.boundary);
    std::string shortest, last;
    const Span of_one_digit{0, 1};
    append_part_head(shortest, content, answer, of_one_digit);
    append_last_boundary(last, answer);
    Bytes length = last.size();
    for (const auto& span : spans)
        length += shortest.size() + digits_of(span.begin) + digits_of(span.end - 1) - 2 + span.size();
    answer.length = length;
    answer.spans = std::move(spans);
    return answer;
}

Answer unsatisfiable(const Content& content, Cors cors) {
    Answer answer{.status = 416, .length = 0};
    answer.lines = fmt::format("Content-Range: bytes */{}\r\n", content.facts().size);
    add_cors(answer.lines, cors);
    return answer;
}

Answer with_text(unsigned status, std::string text, Cors cors) {
    Answer answer{.status = status, .length = text.size()};
    add(answer.lines, "Content-Type", "text/plain; charset=utf-8");
    add_cors(answer.lines, cors);
    answer.text = std::move(text);
    return answer;
}

Answer choose(const Request& request, const Content& content, const Circumstances& around) {
    const auto& facts = content.facts();
    if (!facts.is_settled) return whole(request, content);
    const Validators validators{facts.etag, facts.modified, facts.date_is_strong};
    const auto fields = request.conditions();
    switch (check_conditions(fields, validators, around.now)) {
        case Condition::not_modified:
            return {.status = 304, .described = content.validators()};
        case Condition::failed:
            return with_text(412, "412 the content is another than the one asked for\n", around.cors);
        case Condition::go_on:
            break;
    }
    // Range is defined for GET alone (RFC 9110 section 14.2).
    if (request.method != Method::get || !request.range || !if_range_holds(fields, validators, around.now))
        return whole(request, content);
    auto choice = choose_ranges(*request.range, facts.size);
    switch (choice.kind) {
        case RangeChoice::Kind::unsatisfiable:
            return unsatisfiable(content, around.cors);
        case RangeChoice::Kind::whole:
            return whole(request, content);
        case RangeChoice::Kind::parts:
            break;
    }
    if (choice.parts.size() == 1) return one_part(request, content, choice.parts.front());
    return many_parts(request, content, std::move(choice.parts), around.boundary);
}

Answer without_body_for_head(Answer answer, const Request& request) {
    if (!request.is_head()) return answer;
    answer.spans.clear();
    answer.text.clear();
    return answer;
}

Answer options(const Request& request, const Circumstances& around) {
    Answer answer{.status = 204};
    add(answer.lines, "Allow", allowed_methods(request.target));
    if (around.cors == Cors::off) return answer;
    add_cors(answer.lines, around.cors);
    add(answer.lines, "Access-Control-Allow-Methods", methods_of_pages);
    add(answer.lines, "Access-Control-Allow-Headers", asked_fields);
    add(answer.lines, "Access-Control-Max-Age", "86400");
    return answer;
}

// With what most answers begin.
std::string_view ready_status_line(unsigned status) {
    switch (status) {
        case 200:
            return "HTTP/1.1 200 OK\r\n";
        case 206:
            return "HTTP/1.1 206 Partial Content\r\n";
        case 304:
            return "HTTP/1.1 304 Not Modified\r\n";
        default:
            return {};
    }
}

}  // namespace

// RFC 9110 section 15.4.5 tells what a 304 says, RFC 9530 section 3 that a digest is of the whole content,
// also beside a part of it.
Content::Content(ContentFacts facts, Cors cors) : facts_(std::move(facts)) {
    if (!facts_.etag.empty()) add(lines_, "ETag", facts_.etag);
    if (facts_.modified) add(lines_, "Last-Modified", format_http_date(*facts_.modified));
    if (!facts_.cache_control.empty()) add(lines_, "Cache-Control", facts_.cache_control);
    if (!facts_.vary.empty()) add(lines_, "Vary", facts_.vary);
    // With a 304 too: a browser may have kept the page from before it was said.
    if (facts_.sandboxed && is_active_page(facts_.media_type))
        add(lines_, "Content-Security-Policy", sandbox_of_pages);
    add_cors(lines_, cors);
    validators_ = lines_.size();
    if (facts_.is_settled) add(lines_, "Accept-Ranges", "bytes");
    if (facts_.digest) add(lines_, "Repr-Digest", "sha-256=:" + facts_.digest->base64() + ":");
    if (!facts_.link.empty()) add(lines_, "Link", facts_.link);
    if (facts_.coding != Coding::none) add(lines_, "Content-Encoding", name_of(facts_.coding));
    description_ = lines_.size();
    add(lines_, "Content-Type", facts_.media_type);
}

std::optional<Answer> respond_to_method(const Request& request, const Circumstances& around) {
    switch (request.method) {
        case Method::get:
        case Method::head:
            return std::nullopt;
        case Method::options:
            return options(request, around);
        case Method::unknown:
            return respond_with_refusal(request, 501, "no such method is known here", around);
        case Method::post:
        case Method::known:
            break;
    }
    const auto parsed = parse_target(request.target);
    if (parsed.status == 0 && is_own(parsed.target.path) &&
        match_own_path(request.method, parsed.target).status == 0)
        return std::nullopt;
    return respond_with_refusal(request, 405, "this can only be read", around);
}

Answer respond_with_content(const Request& request, const Content& content, const Circumstances& around) {
    return without_body_for_head(choose(request, content, around), request);
}

Answer respond_with_redirect(const Request& request, std::string_view location, const Circumstances& around) {
    auto answer = with_text(301, fmt::format("301 see {}\n", location), around.cors);
    add(answer.lines, "Location", location);
    return without_body_for_head(std::move(answer), request);
}

Answer respond_elsewhere(const Request& request, std::string_view location, const Circumstances& around) {
    if (around.by_https && !location.starts_with("https://"))
        return respond_with_refusal(request, 404, {}, around);
    auto answer = with_text(302, fmt::format("302 see {}\n", location), around.cors);
    add(answer.lines, "Location", location);
    add(answer.lines, "Cache-Control", cache_control_of(Caching::never));
    return without_body_for_head(std::move(answer), request);
}

Answer respond_with_promise(const Request& request, const Awaited& file, const Circumstances& around) {
    if (!request.is_head()) return respond_with_refusal(request, 503, "this file is on its way here", around);
    Answer answer{.status = 200, .length = file.size};
    add(answer.lines, "Content-Type", file.media_type);
    add(answer.lines, "Cache-Control", cache_control_of(Caching::never));
    add_cors(answer.lines, around.cors);
    return answer;
}

Answer respond_with_refusal(const Request& request, unsigned status, std::string_view reason,
                            const Circumstances& around) {
    const auto told = reason.empty() ? reason_phrase(status) : reason;
    auto answer = with_text(status, fmt::format("{} {}\n", status, told), around.cors);
    if (status == 503) add(answer.lines, "Retry-After", "5");
    if (status == 401) add(answer.lines, "WWW-Authenticate", "Bearer");
    if (status == 405) add(answer.lines, "Allow", allowed_methods(request.target));
    return without_body_for_head(std::move(answer), request);
}

std::string_view reason_phrase(unsigned status) {
    const auto phrase = http::obsolete_reason(http::int_to_status(status));
    return {phrase.data(), phrase.size()};
}

void append_head(std::string& out, const Answer& answer, AfterAnswer after, std::string_view date) {
    if (const auto ready = ready_status_line(answer.status); !ready.empty())
        out += ready;
    else
        fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n", answer.status,
                       reason_phrase(answer.status));
    out.append(date).append(answer.described).append(answer.lines);
    if (answer.length) {
        out += "Content-Length: ";
        add_number(out, *answer.length);
        out += "\r\n";
    }
    out += after == AfterAnswer::close ? "Connection: close\r\n\r\n" : "Connection: keep-alive\r\n\r\n";
}

std::string date_lines(UnixTime now) {
    return "Date: " + format_http_date(now) + "\r\nServer: mirrorseed\r\nX-Content-Type-Options: nosniff\r\n";
}

void append_part_head(std::string& out, const Content& content, const Answer& answer, const Span& span) {
    out.append("\r\n--").append(answer.boundary).append("\r\n");
    add(out, "Content-Type", content.facts().media_type);
    add_content_range(out, span, content.facts().size);
    out += "\r\n";
}

void append_last_boundary(std::string& out, const Answer& answer) {
    out.append("\r\n--").append(answer.boundary).append("--\r\n");
}

}  // namespace mirrorseed::httpd
