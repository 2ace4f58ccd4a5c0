// HTML in tokens, as far as index pages need it: tags, their attributes, text.
//
// Takes any bytes. Each byte is looked at a bounded number of times, nothing is
// nested and nothing is copied, so a page costs what its length says, whatever is
// in it. Comments, doctypes, scripts and styles are passed over. Tokens point into
// the page.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mirrorseed::sync {

struct HtmlToken {
    enum class Kind { text, open, close, end };

    Kind kind = Kind::end;
    std::string_view text{};        // raw; of Kind::text
    std::string_view name{};        // of a tag, in whatever case
    std::string_view attributes{};  // of Kind::open, raw

    bool opens(std::string_view tag) const noexcept;
    bool closes(std::string_view tag) const noexcept;
    // Decoded; empty when it has no value, nothing when it is not there.
    std::optional<std::string> attribute(std::string_view wanted) const;
};

class HtmlTokens {
public:
    explicit HtmlTokens(std::string_view page) : rest_(page) {}
    HtmlToken next();

private:
    HtmlToken take_text(std::size_t length);
    HtmlToken take_tag();
    bool skip_declaration();

    std::string_view rest_;
    std::string_view raw_until_{};  // the element whose text is no markup and of no interest
};

// Character references replaced by what they mean, in UTF-8; what is none stays as it is.
std::string html_text(std::string_view raw);

}  // namespace mirrorseed::sync
