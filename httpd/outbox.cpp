#include "httpd/outbox.hpp"

#include "httpd/page_probe.hpp"

#include <algorithm>
#include <utility>

namespace mirrorseed::httpd {
namespace {

// Copying so few bytes, out of memory and out of a file, costs no more than another call.
constexpr Bytes copied = 4 << 10;
constexpr Bytes read_and_copied = 2 << 10, read_and_gathered = 16 << 10;
// Up to this size one call takes all of a body.
constexpr Bytes all_at_once = 256 << 10;
// Text that has left stays in front of the rest up to here, so that the rest is seldom moved.
constexpr std::size_t most_left_in_front = 128 << 10;

}  // namespace

void Outbox::add_stretch(const ResourcePtr& resource, const Span& span, bool one_of_many) {
    // What still comes is nothing to be gathered.
    const bool is_here = !resource->part;
    if (!resource->file && span.size() <= copied) {
        text_.append(resource->in_memory().substr(span.begin, span.size()));
        return;
    }
    if (resource->file && is_here && span.size() <= (one_of_many ? read_and_gathered : read_and_copied) &&
        append_at_once(text_, *resource->file, span))
        return;
    resource_ = resource;
    stretch_ = span;
}

Span Outbox::next_in_file(Bytes portion) const {
    if (!has_stretch() || !resource_->file) return {};
    return {stretch_.begin, stretch_.size() <= all_at_once
                                ? stretch_.end
                                : stretch_.begin + std::min(stretch_.size(), portion)};
}

void Outbox::count(std::size_t sent_bytes) {
    sent_ += sent_bytes;
    const auto of_text = std::min(sent_bytes, waiting_text());
    text_at_ += of_text;
    if (text_at_ == text_.size()) {
        text_.clear();
        text_at_ = 0;
    } else if (text_at_ > most_left_in_front) {
        text_.erase(0, text_at_);
        text_at_ = 0;
    }
    stretch_.begin += sent_bytes - of_text;
    if (!has_stretch()) resource_.reset();
}

Moved Outbox::send_text(Wire& wire, std::string_view behind, More after) {
    const bool file_follows = has_stretch() && behind.empty();
    const auto text = std::string_view(text_).substr(text_at_);
    return wire.send(text, behind, file_follows ? More::follows : after);
}

Moved Outbox::send(Wire& wire, Bytes at_most, More after) {
    Moved moved;
    if (has_stretch() && !resource_->file) {
        const auto behind =
            resource_->in_memory().substr(stretch_.begin, std::min<Bytes>(stretch_.size(), at_most));
        moved = waiting_text() > 0 ? send_text(wire, behind, More::none) : wire.send(behind, {}, More::none);
    } else if (waiting_text() > 0) {
        moved = send_text(wire, {}, after);
    } else {
        moved = wire.send_file(*resource_->file, stretch_.begin,
                               static_cast<std::size_t>(std::min(stretch_.size(), at_most)));
    }
    count(moved.bytes);
    return moved;
}

std::string Outbox::take_buffer() {
    text_.clear();
    text_at_ = 0;
    return std::exchange(text_, {});
}

void Outbox::give_buffer(std::string buffer) {
    if (text_.empty()) text_ = std::move(buffer);
}

}  // namespace mirrorseed::httpd
