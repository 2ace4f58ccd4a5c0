// What a web server is asked for a file, and what its answer then means. Pure.
//
// What is here already decides: a part is gone on with, and a file that is here is sent again only
// when it has changed. Where the server will not go along, the whole file is asked for instead.
#pragma once

#include "core/http/http_exchange.hpp"
#include "sync/orders.hpp"

#include <optional>
#include <vector>

namespace mirrorseed::sync {

struct HttpQuestion {
    enum class Kind {
        whole,
        rest,        // of a part, if the server still has the file that it is a part of
        if_changed,  // the whole, unless it is as the current one
    };
    Kind kind = Kind::whole;
    std::vector<HttpField> fields{};
    // What a Last-Modified of "not modified" must say, where the mark is not the server's own.
    std::optional<FileTime> mtime{};
};

// When so much of the file came before. A part that no validator goes with is of no use.
HttpQuestion question_for(const Order& order, Bytes part);

enum class HttpMeaning {
    file,           // it comes
    same,           // it is as the current one
    ask_for_whole,  // the question was of no use
    trouble,
};
HttpMeaning meaning_of(const HttpResponse& response, const HttpQuestion& question);

// Which condition makes the answer "not modified" mean that the file is as `current`.
struct HttpCondition {
    HttpField field{};
    // What a Last-Modified of the 304 must say, where the mark is not the server's own.
    std::optional<FileTime> mtime{};
};
std::optional<HttpCondition> condition_for(const Order& order);

// What a plain folder holds has no digest and no mark of the server's. Where it looks like what is listed,
// the head of an answer tells size and second, and so whether it is the same (confirms_current()).
bool may_be_here_already(const Order& order);

}  // namespace mirrorseed::sync
