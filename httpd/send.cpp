#include "httpd/send.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

namespace mirrorseed::httpd {
namespace asio = boost::asio;
namespace {

constexpr std::size_t piece_size = 256 << 10;

class Sender {
public:
    Sender(Stream& stream, const Reply& reply, BlockingPool& pool, std::chrono::seconds patience)
        : stream_(stream), reply_(reply), pool_(pool), patience_(patience) {}

    asio::awaitable<Sent> send(std::string head) {
        text_ = std::move(head);
        for (const auto& piece : reply_.answer.pieces) {
            text_ += piece.text;
            co_await send_span(piece.span);
            if (sent_.outcome != Sent::Outcome::done) co_return sent_;
        }
        co_await write({});
        co_return sent_;
    }

private:
    asio::awaitable<void> send_span(Span span) {
        while (span.size() > 0 && sent_.outcome == Sent::Outcome::done) {
            const auto got = co_await bytes_at(span);
            if (got.empty()) co_return;
            span.begin += got.size();
            co_await write(got);
        }
    }

    // The next bytes of the content; empty, and the outcome set, when it fails us.
    asio::awaitable<std::string_view> bytes_at(Span span) {
        if (!reply_.file.is_open()) co_return std::string_view(reply_.page).substr(span.begin, span.size());
        const auto wanted = static_cast<std::size_t>(std::min<Bytes>(span.size(), piece_size));
        if (!buffer_)
            buffer_ = std::make_unique_for_overwrite<std::uint8_t[]>(std::max(wanted, capacity(span)));
        auto read = [this, wanted, span] {
            return read_at(reply_.file, {buffer_.get(), wanted}, span.begin, "a file that is being sent");
        };
        const auto got = co_await pool_.run(read);
        if (got && *got > 0) co_return std::string_view(reinterpret_cast<const char*>(buffer_.get()), *got);
        sent_.outcome = Sent::Outcome::content_failed;
        sent_.fault = got ? "it became shorter while it was sent" : got.error().text();
        co_return std::string_view();
    }

    // Pieces differ in size, and later ones may be larger than the first.
    std::size_t capacity(const Span& first) const {
        Bytes largest = first.size();
        for (const auto& piece : reply_.answer.pieces)
            largest = std::max(largest, piece.span.size());
        return static_cast<std::size_t>(std::min<Bytes>(largest, piece_size));
    }

    // What text is waiting goes first, in the same call.
    asio::awaitable<void> write(std::string_view bytes) {
        std::array<asio::const_buffer, 2> left{asio::buffer(text_), asio::buffer(bytes)};
        while (left[0].size() + left[1].size() > 0) {
            stream_.expires_after(patience_);
            const auto [code, count] =
                co_await stream_.async_write_some(left, asio::as_tuple(asio::use_awaitable));
            sent_.bytes += count;
            if (code) {
                sent_.outcome = Sent::Outcome::peer_gone;
                co_return;
            }
            const auto of_first = std::min(count, left[0].size());
            left[0] += of_first;
            left[1] += count - of_first;
        }
        text_.clear();
    }

    Stream& stream_;
    const Reply& reply_;
    BlockingPool& pool_;
    std::chrono::seconds patience_;
    std::string text_;
    std::unique_ptr<std::uint8_t[]> buffer_;
    Sent sent_;
};

}  // namespace

asio::awaitable<Sent> send_reply(Stream& stream, std::string head, const Reply& reply, BlockingPool& pool,
                                 std::chrono::seconds patience) {
    Sender sender(stream, reply, pool, patience);
    co_return co_await sender.send(std::move(head));
}

}  // namespace mirrorseed::httpd
