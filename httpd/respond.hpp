// From a request and what is known of the thing asked for to a status, header fields and which bytes. No I/O.
#pragma once

#include "httpd/range.hpp"
#include "httpd/request.hpp"

#include "core/digest.hpp"
#include "core/units.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::httpd {

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
};

struct Field {
    std::string_view name;
    std::string value;
};

// Text of ours, then bytes of the content.
struct Piece {
    std::string text;
    Span span;
};

struct Answer {
    unsigned status = 200;
    std::vector<Field> fields;    // without Date, Server, Content-Length and Connection
    std::optional<Bytes> length;  // Content-Length; 204 and 304 have none
    std::vector<Piece> pieces;    // the body; none for HEAD, whatever the length says
};

enum class Cors { off, on };

// What an answer depends on besides the request.
struct Circumstances {
    UnixTime now = 0;
    std::string boundary;  // between parts; nobody can guess it
    Cors cors = Cors::on;
};

// For everything but GET and HEAD: 204, 405 or 501.
std::optional<Answer> respond_to_method(const Request& request, const Circumstances& around);
Answer respond_with_content(const Request& request, const ContentFacts& content, const Circumstances& around);
Answer respond_with_redirect(const Request& request, std::string location, const Circumstances& around);
// An error, told in one line of text.
Answer respond_with_refusal(const Request& request, unsigned status, std::string_view reason,
                            const Circumstances& around);

enum class AfterAnswer { keep_alive, close };
// The status line and all fields, as they go over the wire.
std::string head_text(const Answer& answer, AfterAnswer after, UnixTime now);
std::string_view reason_phrase(unsigned status);

}  // namespace mirrorseed::httpd
