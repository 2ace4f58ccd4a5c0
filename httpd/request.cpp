#include "httpd/request.hpp"

#include "httpd/proxied.hpp"

#include "core/http/http_text.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include <limits>

namespace mirrorseed::httpd {
namespace {

namespace http = boost::beast::http;

Method method_of(http::verb verb) {
    switch (verb) {
        case http::verb::get:
            return Method::get;
        case http::verb::head:
            return Method::head;
        case http::verb::options:
            return Method::options;
        case http::verb::post:
            return Method::post;
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

// Beast calls back with views into the text that it was given, since nothing in it is folded; a Request is
// made of those, and no field is copied.
class HeadParser final : public http::basic_parser<true> {
public:
    explicit HeadParser(Request& request) : request_(request) {
        header_limit(std::numeric_limits<std::uint32_t>::max());
        body_limit(boost::none);
    }

private:
    using Text = boost::beast::string_view;
    using Code = boost::system::error_code;
    static std::string_view view(Text text) { return {text.data(), text.size()}; }

    void on_request_impl(http::verb method, Text method_text, Text target, int version, Code&) override {
        request_.method = method_of(method);
        request_.method_text = view(method_text);
        request_.target = view(target);
        request_.keep_alive = version >= 11;
    }

    void on_field_impl(http::field name, Text name_text, Text value, Code&) override {
        switch (name) {
            case http::field::connection:
                return see_connection(value);
            case http::field::expect:
                request_.expects_continue = true;
                return;
            case http::field::forwarded:
                keep(request_.forwarded_proto, value);
                [[fallthrough]];
            case http::field::via:
                request_.was_forwarded = true;
                return;
            case http::field::unknown:
                if (is_forwarding_field(view(name_text))) request_.was_forwarded = true;
                if (boost::beast::iequals(name_text, "want-digest")) keep(request_.want_digest, value);
                if (boost::beast::iequals(name_text, "x-forwarded-for")) keep(request_.forwarded_for, value);
                if (boost::beast::iequals(name_text, "x-forwarded-proto"))
                    keep(request_.forwarded_proto, value);
                return;
            default:
                if (auto* kept = field_of(name)) keep(*kept, value);
        }
    }

    std::optional<std::string_view>* field_of(http::field name) {
        switch (name) {
            case http::field::if_match:
                return &request_.if_match;
            case http::field::if_unmodified_since:
                return &request_.if_unmodified_since;
            case http::field::if_none_match:
                return &request_.if_none_match;
            case http::field::if_modified_since:
                return &request_.if_modified_since;
            case http::field::if_range:
                return &request_.if_range;
            case http::field::range:
                return &request_.range;
            case http::field::accept:
                return &request_.accept;
            case http::field::accept_encoding:
                return &request_.accept_encoding;
            case http::field::authorization:
                return &request_.authorization;
            case http::field::host:
                return &request_.host;
            case http::field::referer:
                return &request_.referer;
            case http::field::user_agent:
                return &request_.user_agent;
            default:
                return nullptr;
        }
    }

    void keep(std::optional<std::string_view>& kept, Text value) {
        if (!kept) {
            kept = view(value);
            return;
        }
        request_.joined.push_front(std::string(*kept) + ", " + std::string(view(value)));
        kept = request_.joined.front();
    }

    void see_connection(Text value) {
        http::token_list options{value};
        if (options.exists("close")) closes_ = true;
        if (options.exists("keep-alive")) request_.keep_alive = true;
        if (closes_) request_.keep_alive = false;
    }

    void on_response_impl(int, Text, int, Code&) override {}
    void on_header_impl(Code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, Code&) override {}
    std::size_t on_body_impl(Text body, Code&) override { return body.size(); }
    void on_chunk_header_impl(std::uint64_t, Text, Code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, Text body, Code&) override { return body.size(); }
    void on_finish_impl(Code&) override {}

    Request& request_;
    bool closes_ = false;
};

}  // namespace

ConditionFields Request::conditions() const {
    return {.if_match = if_match,
            .if_unmodified_since = if_unmodified_since,
            .if_none_match = if_none_match,
            .if_modified_since = if_modified_since,
            .if_range = if_range};
}

std::string_view Request::bearer() const {
    constexpr std::string_view scheme = "bearer ";
    if (!authorization || !same_word(authorization->substr(0, scheme.size()), scheme)) return {};
    return without_blanks(authorization->substr(scheme.size()));
}

Result<Request> parse_request(std::string_view head) {
    Request request;
    HeadParser parser(request);
    const auto line_end = head.find("\r\n");
    request.version = head.substr(line_end - 8, 8);

    // Beast knows no HTTP/1.2, which RFC 9110 section 2.5 wants understood as 1.1.
    if (head[line_end - 1] > '1') {
        auto& as_known = request.joined.emplace_front(head);
        as_known[line_end - 1] = '1';
        head = as_known;
    }
    boost::system::error_code code;
    parser.put(boost::asio::buffer(head.data(), head.size()), code);
    if (code && code != http::error::need_more)
        return Error(code, "cannot parse the request: " + code.message());
    if (!parser.is_header_done()) return Error(Fault::bad_input, "the request's head has no end");
    return request;
}

}  // namespace mirrorseed::httpd
