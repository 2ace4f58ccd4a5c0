#include "core/store/line_stream.hpp"

#include <fmt/format.h>

#include <utility>

namespace mirrorseed {
namespace {

constexpr std::size_t buffer_size = 256 * 1024;

}  // namespace

LineStream::LineStream(ByteSource source, std::string name, const ManifestLimits& limits,
                       std::optional<Digest> expected)
    : name_(std::move(name)),
      limits_(limits),
      expected_(expected),
      zstd_(std::move(source), name_, limits.window),
      buffer_(buffer_size) {}

Result<std::optional<std::string_view>> LineStream::next() {
    for (;;) {
        const auto end = text_.find('\n', looked_at_);
        const auto size = (end == std::string::npos ? text_.size() : end) - begin_;
        if (size > limits_.line) return fault(Fault::damaged, "a line is too long");
        if (end != std::string::npos) {
            if (++lines_ > limits_.lines)
                return fault(Fault::refused, fmt::format("it has more than {} lines", limits_.lines));
            const auto line = std::string_view(text_).substr(begin_, size);
            begin_ = looked_at_ = end + 1;
            return std::optional(line);
        }
        const auto more = read_more();
        if (!more) return more.error();
        if (*more) continue;
        const auto ended = check_end();
        if (!ended) return ended.error();
        return std::optional<std::string_view>();
    }
}

Result<bool> LineStream::read_more() {
    text_.erase(0, begin_);
    begin_ = 0;
    looked_at_ = text_.size();
    const auto got = zstd_.read(buffer_);
    if (!got) return got.error();
    if (*got > limits_.bytes - bytes_)
        return fault(Fault::refused, fmt::format("it has more than {} bytes", limits_.bytes));
    bytes_ += *got;
    hash_.see(std::span(buffer_).first(*got));
    text_.append(reinterpret_cast<const char*>(buffer_.data()), *got);
    return *got != 0;
}

Status LineStream::check_end() {
    if (!text_.empty()) return fault(Fault::damaged, "the last line is cut short");
    digest_ = hash_.finish();
    if (expected_ && digest_ != *expected_)
        return fault(Fault::damaged, "its lines have another digest than its head says");
    return {};
}

}  // namespace mirrorseed
