// One request after the other on one connection, each answer read to its end and no further.
#pragma once

#include "core/http/http_exchange.hpp"
#include "core/http/http_stream.hpp"

#include <boost/beast/core/flat_buffer.hpp>

#include <memory>

namespace mirrorseed {

class HttpConnection {
public:
    explicit HttpConnection(std::unique_ptr<HttpStream> stream);

    // `wire` is the head of `request`, as it goes to `url`. The sink, if any, outlives the call.
    boost::asio::awaitable<Result<HttpResponse>> exchange(std::string wire, HttpRequest request, HttpUrl url,
                                                          Patience patience, HttpSink* sink);

    // Whether the last exchange brought any byte: one that did not may be tried again elsewhere.
    bool was_answered() const noexcept { return answered_; }
    // Fit for another request: both sides want it, the last answer was read whole, and nothing came after it.
    bool may_be_kept() { return keep_ && buffer_.size() == 0 && stream_->is_quiet(); }
    boost::asio::ip::address address() const { return stream_->address(); }

private:
    struct Reading;
    boost::asio::awaitable<Result<std::size_t>> read_more(Patience patience);
    boost::asio::awaitable<Result<std::string>> read_head(Patience patience);
    boost::asio::awaitable<Status> read_answer_head(Reading& reading, Patience patience);
    boost::asio::awaitable<Status> treat_body(Reading& reading, Patience patience);
    boost::asio::awaitable<Status> take_body(Reading& reading, Patience patience);
    boost::asio::awaitable<void> leave_body(Reading& reading, Patience patience);
    boost::asio::awaitable<Result<ByteSpan>> next_piece(Reading& reading, Patience patience);

    std::unique_ptr<HttpStream> stream_;
    boost::beast::flat_buffer buffer_;
    bool answered_ = false;
    bool keep_ = false;
};

}  // namespace mirrorseed
