// From a request and what is known of the thing asked for to a status, header fields and which bytes. No I/O.
#pragma once

#include "httpd/awaited.hpp"
#include "httpd/likes.hpp"
#include "httpd/range.hpp"
#include "httpd/request.hpp"

#include "core/digest.hpp"
#include "core/units.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::httpd {

enum class Cors { off, on };

// A content: a file, or a page that we made.
struct ContentFacts {
    Bytes size = 0;
    std::string etag;  // strong, quoted; empty: none
    std::optional<UnixTime> modified;
    bool date_is_strong = true;
    std::optional<Digest> digest;
    std::string media_type;
    std::string cache_control;
    std::string vary;
    Coding coding = Coding::none;
    std::string link;  // the field Link, where there is one
    // What browsers would run of it must not run as the mirror's own page. False: it is one, or is trusted.
    bool sandboxed = true;
    bool is_settled = true;  // false: nobody has seen all of its bytes yet, so no part of them is for sure
};

// A content, and those lines of its answers that no request changes, put together once for all of them.
class Content {
public:
    Content() = default;
    Content(ContentFacts facts, Cors cors);
    const ContentFacts& facts() const noexcept { return facts_; }

    // Each line with its end. What every answer about the content says: ETag, Last-Modified and their like.
    std::string_view validators() const { return text().substr(0, validators_); }
    // That, and what describes the content whatever part of it is sent.
    std::string_view description() const { return text().substr(0, description_); }
    // That, and its type.
    std::string_view whole() const { return lines_; }

private:
    std::string_view text() const { return lines_; }
    ContentFacts facts_;
    std::string lines_;
    std::size_t validators_ = 0, description_ = 0;
};

struct Answer {
    unsigned status = 200;
    std::string_view described{};   // lines of the content, which therefore outlives the answer
    std::string lines{};            // further ones, each with its end; neither has Date, Server,
                                    // Content-Length and Connection
    std::optional<Bytes> length{};  // Content-Length; 204 and 304 have none
    std::string text{};             // the body of an answer that is about no content
    std::vector<Span> spans{};      // the body otherwise; none for HEAD, whatever the length says
    std::string boundary{};         // between the spans and around them, where there are several
};

// What an answer depends on besides the request.
struct Circumstances {
    UnixTime now = 0;
    std::string_view boundary{};  // between parts; nobody can guess it
    Cors cors = Cors::on;
    bool by_https = false;  // so the client sees it, whatever lies between
};

// For everything but GET and HEAD, and what own_paths.hpp has a row for: 204, 405 or 501.
std::optional<Answer> respond_to_method(const Request& request, const Circumstances& around);
Answer respond_with_content(const Request& request, const Content& content, const Circumstances& around);
Answer respond_with_redirect(const Request& request, std::string_view location, const Circumstances& around);
// To another server, for this once; nobody is led from https to http.
Answer respond_elsewhere(const Request& request, std::string_view location, const Circumstances& around);
// For HEAD: of a file that is not here. Nobody has seen its bytes, so nothing vouches for them.
Answer respond_with_promise(const Request& request, const Awaited& file, const Circumstances& around);
// An error, told in one line of text.
Answer respond_with_refusal(const Request& request, unsigned status, std::string_view reason,
                            const Circumstances& around);

enum class AfterAnswer { keep_alive, close };
// Appends the status line and all fields, as they go over the wire. `date` comes from date_lines().
void append_head(std::string& out, const Answer& answer, AfterAnswer after, std::string_view date);
std::string date_lines(UnixTime now);
// What stands before a span of several; what stands after the last one.
void append_part_head(std::string& out, const Content& content, const Answer& answer, const Span& span);
void append_last_boundary(std::string& out, const Answer& answer);
std::string_view reason_phrase(unsigned status);

}  // namespace mirrorseed::httpd
