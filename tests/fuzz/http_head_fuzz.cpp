// Whatever head the strict look lets through, Beast understands as well, and as framed in one way only.

#include "core/http/http_head.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    namespace http = boost::beast::http;
    const std::string_view head(reinterpret_cast<const char*>(data), size);
    if (size > mirrorseed::longest_response_head || !mirrorseed::check_response_head(head)) return 0;
    http::response_parser<http::buffer_body> parser;
    parser.header_limit(mirrorseed::longest_response_head);
    parser.body_limit(boost::none);
    boost::system::error_code code;
    parser.put(boost::asio::buffer(head), code);
    if (code) return 0;  // Beast may be stricter still
    if (parser.is_header_done() && parser.chunked() && parser.content_length()) std::abort();
    if (parser.is_header_done() && parser.get().count(http::field::transfer_encoding) > 1) std::abort();
    return 0;
}
