// What still has to go over a connection, in order: text, and behind it a stretch of a content.
#pragma once

#include "httpd/resource.hpp"
#include "httpd/wire.hpp"

#include <string>

namespace mirrorseed::httpd {

class Outbox {
public:
    // Texts are gathered, so that short answers to pipelined requests leave together. Only while no stretch
    // waits, which has_stretch() tells.
    std::string& text() noexcept { return text_; }
    // One at a time. A short one in memory becomes text.
    // `one_of_many`: text and further stretches follow, with which it may leave.
    void add_stretch(const ResourcePtr& resource, const Span& span, bool one_of_many = false);

    bool has_stretch() const noexcept { return stretch_.size() > 0; }
    bool is_empty() const noexcept { return text_at_ == text_.size() && !has_stretch(); }
    std::size_t waiting_text() const noexcept { return text_.size() - text_at_; }

    // The stretch's next bytes in its file: all of them, or of a long one the next portion; empty when it is
    // in memory.
    Span next_in_file(Bytes portion) const;

    // Sends `at_most` bytes of the stretch and the text before it, as far as it goes at once. Call again
    // after `some`, as long as anything waits. `after`: what follows the last of the text.
    Moved send(Wire& wire, Bytes at_most, More after = More::none);

    // Bytes that were ever put in, and that ever left.
    Bytes put_in() const noexcept { return sent_ + waiting_text() + stretch_.size(); }
    Bytes sent() const noexcept { return sent_; }

    // Gives memory back while nothing waits.
    std::string take_buffer();
    void give_buffer(std::string buffer);

private:
    Moved send_text(Wire& wire, std::string_view behind, More after);
    void count(std::size_t sent_bytes);

    std::string text_;
    std::size_t text_at_ = 0;  // before it, all has left
    ResourcePtr resource_;
    Span stretch_;
    Bytes sent_ = 0;
};

}  // namespace mirrorseed::httpd
