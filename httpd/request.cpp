#include "httpd/request.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include <limits>

namespace mirrorseed::httpd {
namespace {

namespace http = boost::beast::http;
using Header = http::request_header<>;

Method method_of(http::verb verb) {
    switch (verb) {
        case http::verb::get:
            return Method::get;
        case http::verb::head:
            return Method::head;
        case http::verb::options:
            return Method::options;
        case http::verb::post:
        case http::verb::put:
        case http::verb::delete_:
        case http::verb::patch:
        case http::verb::trace:
        case http::verb::connect:
            return Method::known;
        default:
            return Method::unknown;
    }
}

std::optional<std::string> value_of(const Header& header, http::field name) {
    std::optional<std::string> joined;
    const auto [begin, end] = header.equal_range(name);
    for (auto field = begin; field != end; ++field) {
        if (!joined)
            joined.emplace(field->value());
        else
            joined->append(", ").append(field->value());
    }
    return joined;
}

std::optional<std::string> value_of(const Header& header, std::string_view name) {
    const auto found = header.find({name.data(), name.size()});
    if (found == header.end()) return std::nullopt;
    return std::string(found->value());
}

// Beast knows no HTTP/1.2, which RFC 9110 section 2.5 wants understood as 1.1.
std::string in_known_version(std::string_view head) {
    std::string copy(head);
    auto& minor = copy[copy.find("\r\n") - 1];
    if (minor > '1') minor = '1';
    return copy;
}

bool keeps_alive(const Header& header, unsigned version) {
    http::token_list options{header[http::field::connection]};
    if (options.exists("close")) return false;
    return version >= 11 || options.exists("keep-alive");
}

}  // namespace

ConditionFields Request::conditions() const {
    return {.if_match = if_match,
            .if_unmodified_since = if_unmodified_since,
            .if_none_match = if_none_match,
            .if_modified_since = if_modified_since,
            .if_range = if_range};
}

Result<Request> parse_request(std::string_view head) {
    const auto text = in_known_version(head);
    http::request_parser<http::empty_body> parser;
    parser.header_limit(std::numeric_limits<std::uint32_t>::max());
    parser.body_limit(boost::none);
    boost::system::error_code code;
    parser.put(boost::asio::buffer(text), code);
    if (code && code != http::error::need_more)
        return Error(code, "cannot parse the request: " + code.message());
    if (!parser.is_header_done()) return Error(Fault::bad_input, "the request's head has no end");

    const Header& header = parser.get().base();
    const auto version = parser.get().version();
    const auto line_end = head.find("\r\n");
    Request request;
    request.method = method_of(header.method());
    request.method_text = header.method_string();
    request.target = header.target();
    request.version = head.substr(line_end - 8, 8);
    request.keep_alive = keeps_alive(header, version);
    request.expects_continue = header.count(http::field::expect) > 0;
    request.if_match = value_of(header, http::field::if_match);
    request.if_unmodified_since = value_of(header, http::field::if_unmodified_since);
    request.if_none_match = value_of(header, http::field::if_none_match);
    request.if_modified_since = value_of(header, http::field::if_modified_since);
    request.if_range = value_of(header, http::field::if_range);
    request.range = value_of(header, http::field::range);
    request.want_digest = value_of(header, "Want-Digest");
    request.accept = value_of(header, http::field::accept);
    request.referer = value_of(header, http::field::referer);
    request.user_agent = value_of(header, http::field::user_agent);
    return request;
}

}  // namespace mirrorseed::httpd
