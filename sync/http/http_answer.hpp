// What a web server's answer means to a mirror. Pure.
#pragma once

#include "core/clock.hpp"
#include "core/http/http_exchange.hpp"
#include "sync/orders.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace mirrorseed::sync {

struct HttpTrouble {
    Error error;
    Again again = Again::no;
    std::optional<std::chrono::milliseconds> asked{};  // when the server wants to be asked again
};

// Of an answer that is neither what was asked for nor "not modified": Fault::not_found for what is gone.
HttpTrouble trouble_of(const HttpResponse& response);
// Of no answer at all.
HttpTrouble trouble_of(const Error& error);

// By the server's clock, when it answered.
std::optional<UnixTime> date_of(const HttpResponse& response);
std::optional<FileTime> last_modified(const HttpResponse& response);

// What tells this file's bytes from any other's, for If-Range, If-None-Match and If-Modified-Since: a strong
// ETag, or a Last-Modified that was over by a minute when the answer was made. Empty when there is neither.
std::string validator_of(const HttpResponse& response);
bool is_tag(std::string_view validator) noexcept;

bool is_html(const HttpResponse& response);
// May the page of a file of that name be HTML?
bool is_html_name(std::string_view name);
// Compressed, although nobody asked for it: then lengths and hashes are of something else.
bool is_encoded(const HttpResponse& response);
// Of the whole answer's body, when it is told.
std::optional<Bytes> content_length(const HttpResponse& response);

// May a file of this size be what is listed?
bool fits(Bytes size, const Order& order);
// Of what may come for it; a limit for the largest file where nobody tells a size.
Bytes most_bytes(const Order& order);

// Does the file come that is listed, or a part of it? `asked` is where it was asked for, before any redirect.
Status check_head(const HttpResponse& head, const HttpUrl& asked, const Order& order);
// Does a 206 bring all that is missing behind a part of that size?
bool is_rest_behind(const HttpResponse& head, Bytes part);
// When the whole file has come, a part of it earlier perhaps.
Status check_size(const HttpResponse& head, Bytes came, const Order& order);
Told told_of(const HttpResponse& head, const Order& order);

// Does the head of an answer tell size and second of what a plain folder holds?
bool confirms_current(const HttpResponse& head, const Order& order);

}  // namespace mirrorseed::sync
