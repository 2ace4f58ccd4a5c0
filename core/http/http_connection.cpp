#include "core/http/http_connection.hpp"

#include "core/http/http_fault.hpp"
#include "core/http/http_head.hpp"
#include "core/http/http_pace.hpp"

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

#include <optional>
#include <utility>

namespace mirrorseed {
namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
namespace {

constexpr std::size_t piece_size = 64 << 10;
constexpr unsigned most_interim_answers = 8;
constexpr Bytes most_to_throw_away = 64 << 10;

Error early(const HttpUrl& url) {
    return http_error(HttpFault::closed_early, url.host() + " hung up before its answer ended");
}

Error too_large(const HttpUrl& url) {
    return http_error(HttpFault::body_too_large, "the answer of " + url.host() + " is larger than it may be");
}

std::string_view text_in(const boost::beast::flat_buffer& buffer) {
    return {static_cast<const char*>(buffer.data().data()), buffer.size()};
}

}  // namespace

// An answer while it is read.
struct HttpConnection::Reading {
    using Parser = http::response_parser<http::buffer_body>;

    Reading(const HttpRequest& request, HttpUrl from, HttpSink* to)
        : method(request.method), limits(request.limits), sink(to), response{.url = std::move(from)} {}

    void start() {
        parser.emplace();
        parser->header_limit(longest_response_head);
        parser->body_limit(boost::none);
        if (method == HttpMethod::head) parser->skip(true);
    }
    void note_head() {
        const auto& head = parser->get();
        response.status = head.result_int();
        response.fields.clear();
        for (const auto& field : head)
            response.fields.push_back({std::string(field.name_string()), std::string(field.value())});
    }
    bool is_interim() const { return response.status / 100 == 1; }
    Result<HttpSink::Use> use() { return sink == nullptr ? HttpSink::Use::take : sink->begin(response); }
    asio::awaitable<Status> give(ByteSpan bytes) {
        if (sink != nullptr) co_return co_await sink->take(bytes);
        response.body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        co_return Status();
    }

    HttpMethod method;
    HttpLimits limits;
    HttpSink* sink;
    HttpResponse response;
    std::optional<Parser> parser;
    std::vector<std::uint8_t> piece;
};

HttpConnection::HttpConnection(std::unique_ptr<HttpStream> stream)
    : stream_(std::move(stream)), buffer_(longest_response_head + piece_size) {}

asio::awaitable<Result<std::size_t>> HttpConnection::read_more(Patience patience) {
    const auto room = std::min(piece_size, buffer_.max_size() - buffer_.size());
    if (room == 0) co_return http_error(HttpFault::malformed, "a line of the server's answer has no end");
    const auto count = co_await stream_->read_some(buffer_.prepare(room), patience);
    if (!count) co_return count.error();
    buffer_.commit(*count);
    answered_ = answered_ || *count > 0;
    co_return *count;
}

// Stays in the buffer, too; the parser takes it from there.
asio::awaitable<Result<std::string>> HttpConnection::read_head(Patience patience) {
    for (;;) {
        const auto text = text_in(buffer_);
        const auto end = text.substr(0, longest_response_head).find("\r\n\r\n");
        if (end != text.npos) co_return std::string(text.substr(0, end + 4));
        if (text.size() >= longest_response_head)
            co_return http_error(HttpFault::head_too_large, "the head of the server's answer is too large");
        const auto count = co_await read_more(patience);
        if (!count) co_return count.error();
        if (*count == 0)
            co_return http_error(HttpFault::closed_early, "the server hung up without an answer");
    }
}

asio::awaitable<Status> HttpConnection::read_answer_head(Reading& reading, Patience patience) {
    patience = patience.for_all_of_it();
    for (unsigned interim = 0; interim <= most_interim_answers; ++interim) {
        const auto head = co_await read_head(patience);
        if (!head) co_return head.error();
        if (const auto good = check_response_head(*head); !good) co_return good.error();
        reading.start();
        error_code code;
        reading.parser->put(asio::buffer(*head), code);
        if (code || !reading.parser->is_header_done())
            co_return http_error(HttpFault::malformed, "the server's answer is malformed: " + code.message());
        buffer_.consume(head->size());
        reading.note_head();
        // We ask for no other protocol, so 101 has no place here.
        if (reading.response.status == 101)
            co_return http_error(HttpFault::malformed, "the server changes to another protocol unasked");
        if (!reading.is_interim()) co_return Status();
    }
    co_return http_error(HttpFault::malformed, "the server says \"wait\" too often");
}

// Empty when the body has ended. What stands around chunks counts as no byte of the body.
asio::awaitable<Result<ByteSpan>> HttpConnection::next_piece(Reading& reading, Patience patience) {
    patience = patience.for_all_of_it();
    auto& parser = *reading.parser;
    reading.piece.resize(piece_size);
    while (!parser.is_done()) {
        error_code code;
        std::size_t got = 0;
        if (buffer_.size() > 0) {
            auto& body = parser.get().body();
            body = {reading.piece.data(), reading.piece.size(), true};
            buffer_.consume(parser.put(buffer_.data(), code));
            got = reading.piece.size() - body.size;
        }
        if (code && code != http::error::need_buffer && code != http::error::need_more)
            co_return http_error(HttpFault::malformed, "the server's answer is malformed: " + code.message());
        if (got > 0) co_return ByteSpan(reading.piece.data(), got);
        if (parser.is_done() || (buffer_.size() > 0 && code != http::error::need_more)) continue;
        const auto count = co_await read_more(patience);
        if (!count) co_return count.error();
        if (*count > 0) continue;
        parser.put_eof(code);
        if (code) co_return early(reading.response.url);
    }
    co_return ByteSpan();
}

asio::awaitable<Status> HttpConnection::treat_body(Reading& reading, Patience patience) {
    const bool wanted = reading.response.is_success() && reading.method != HttpMethod::head;
    const auto use = wanted ? reading.use() : Result<HttpSink::Use>(HttpSink::Use::leave);
    if (!use) co_return use.error();
    if (*use == HttpSink::Use::take) co_return co_await take_body(reading, patience);
    co_await leave_body(reading, patience);
    co_return Status();
}

asio::awaitable<Status> HttpConnection::take_body(Reading& reading, Patience patience) {
    auto& response = reading.response;
    // A length that is told decides at once; without one, only the bytes tell.
    if (const auto length = reading.parser->content_length(); length && *length > reading.limits.body)
        co_return too_large(response.url);
    HttpPace pace(reading.limits.slowest, std::chrono::steady_clock::now());
    for (;;) {
        const auto piece = co_await next_piece(reading, patience);
        if (!piece) co_return piece.error();
        if (piece->empty()) co_return Status();
        if (piece->size() > reading.limits.body - response.body_size) co_return too_large(response.url);
        response.body_size += piece->size();
        if (!pace.goes_on(piece->size(), std::chrono::steady_clock::now()))
            co_return http_error(HttpFault::too_slow, response.url.host() + " sends less than " +
                                                          format_rate(reading.limits.slowest));
        const auto taken = co_await reading.give(*piece);
        if (!taken) co_return taken.error();
    }
}

// A little is read and thrown away, so that the connection can be kept; a lot is not waited for.
asio::awaitable<void> HttpConnection::leave_body(Reading& reading, Patience patience) {
    patience.end = patience.until(std::chrono::seconds(5));
    for (Bytes thrown_away = 0; thrown_away < most_to_throw_away;) {
        const auto piece = co_await next_piece(reading, patience);
        if (!piece || piece->empty()) co_return;
        thrown_away += piece->size();
    }
}

asio::awaitable<Result<HttpResponse>> HttpConnection::exchange(std::string wire, HttpRequest request,
                                                               HttpUrl url, Patience patience,
                                                               HttpSink* sink) {
    answered_ = keep_ = false;
    const auto sent = co_await stream_->write(asio::buffer(wire), patience);
    if (!sent) co_return sent.error();
    const auto reading = std::make_unique<Reading>(request, std::move(url), sink);
    const auto head = co_await read_answer_head(*reading, patience);
    if (!head) co_return head.error();
    const auto body = co_await treat_body(*reading, patience);
    if (!body) co_return body.error();
    keep_ = reading->parser->is_done() && reading->parser->keep_alive();
    co_return std::move(reading->response);
}

}  // namespace mirrorseed
