#include "sync/http/index_html.hpp"

#include "core/http/http_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace mirrorseed::sync {
namespace {

constexpr std::string_view blanks = " \t\r\n\f";

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Where the tag that begins `text` ends: the first '>' outside of quotes. npos when it has no end.
std::size_t tag_end(std::string_view text) {
    char quote = 0;
    for (std::size_t at = 1; at < text.size(); ++at) {
        const char c = text[at];
        if (quote != 0) {
            if (c == quote) quote = 0;
            continue;
        }
        if (c == '>') return at;
        // A quote opens a value behind '=' alone; elsewhere it is a slip of the pen.
        const bool is_value =
            c == '"' || c == '\'' ? text[text.find_last_not_of(blanks, at - 1)] == '=' : false;
        if (is_value) quote = c;
    }
    return text.npos;
}

// Where "</NAME" begins, in any case.
std::size_t find_close(std::string_view text, std::string_view name) {
    for (auto at = text.find("</"); at != text.npos; at = text.find("</", at + 2))
        if (same_word(text.substr(at + 2, name.size()), name)) return at;
    return text.npos;
}

std::string_view take_until(std::string_view& text, std::string_view stops) {
    const auto end = std::min(text.find_first_of(stops), text.size());
    const auto taken = text.substr(0, end);
    text.remove_prefix(end);
    return taken;
}

void skip_blanks(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
}

std::string_view take_value(std::string_view& text) {
    const char quote = text.empty() ? '\0' : text[0];
    if (quote != '"' && quote != '\'') return take_until(text, blanks);
    text.remove_prefix(1);
    const auto value = take_until(text, {&quote, 1});
    text.remove_prefix(std::min<std::size_t>(1, text.size()));
    return value;
}

void append_utf8(std::string& out, std::uint32_t code) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((code >> shift) & 0x3f)); };
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xc0 | (code >> 6));
        tail(0);
    } else if (code < 0x10000) {
        out += static_cast<char>(0xe0 | (code >> 12));
        tail(6), tail(0);
    } else {
        out += static_cast<char>(0xf0 | (code >> 18));
        tail(12), tail(6), tail(0);
    }
}

std::optional<std::uint32_t> numeric_reference(std::string_view digits) {
    const bool is_hex = digits.starts_with('x') || digits.starts_with('X');
    if (is_hex) digits.remove_prefix(1);
    std::uint32_t code = 0;
    const auto [stop, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), code, is_hex ? 16 : 10);
    const bool is_whole = error == std::errc() && stop == digits.data() + digits.size();
    const bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
    if (!is_whole || is_surrogate || code > 0x10ffff) return std::nullopt;
    return code;
}

// `name` stands between '&' and ';'.
std::optional<std::uint32_t> reference(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, std::uint32_t>, 9> known{{{"amp", '&'},
                                                                               {"lt", '<'},
                                                                               {"gt", '>'},
                                                                               {"quot", '"'},
                                                                               {"apos", '\''},
                                                                               {"nbsp", 0xa0},
                                                                               {"mdash", 0x2014},
                                                                               {"rarr", 0x2192},
                                                                               {"plus", '+'}}};
    if (name.starts_with('#')) return numeric_reference(name.substr(1));
    for (const auto& [word, code] : known)
        if (name == word) return code;
    return std::nullopt;
}

}  // namespace

bool HtmlToken::opens(std::string_view tag) const noexcept {
    return kind == Kind::open && same_word(name, tag);
}

bool HtmlToken::closes(std::string_view tag) const noexcept {
    return kind == Kind::close && same_word(name, tag);
}

std::optional<std::string> HtmlToken::attribute(std::string_view wanted) const {
    auto rest = attributes;
    for (;;) {
        rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n\f/"), rest.size()));
        if (rest.empty()) return std::nullopt;
        const auto found = take_until(rest, " \t\r\n\f=/");
        skip_blanks(rest);
        std::string_view value;
        if (rest.starts_with('=')) {
            rest.remove_prefix(1);
            skip_blanks(rest);
            value = take_value(rest);
        }
        if (same_word(found, wanted)) return html_text(value);
    }
}

HtmlToken HtmlTokens::next() {
    while (!rest_.empty()) {
        if (!raw_until_.empty()) {
            rest_.remove_prefix(std::min(find_close(rest_, raw_until_), rest_.size()));
            raw_until_ = {};
            continue;
        }
        if (rest_[0] != '<') return take_text(std::min(rest_.find('<'), rest_.size()));
        if (skip_declaration()) continue;
        return take_tag();
    }
    return {};
}

HtmlToken HtmlTokens::take_text(std::size_t length) {
    const HtmlToken token{.kind = HtmlToken::Kind::text, .text = rest_.substr(0, length)};
    rest_.remove_prefix(length);
    return token;
}

// Comments, doctypes and processing instructions.
bool HtmlTokens::skip_declaration() {
    if (rest_.size() < 2 || (rest_[1] != '!' && rest_[1] != '?')) return false;
    const std::string_view end = rest_.starts_with("<!--") ? "-->" : ">";
    const auto found = rest_.find(end, 2);
    rest_.remove_prefix(found == rest_.npos ? rest_.size() : found + end.size());
    return true;
}

HtmlToken HtmlTokens::take_tag() {
    const bool is_close = rest_.size() > 1 && rest_[1] == '/';
    const std::size_t name_begin = is_close ? 2 : 1;
    if (name_begin >= rest_.size() || !is_letter(rest_[name_begin]))
        return take_text(std::min(rest_.find('<', 1), rest_.size()));
    const auto end = tag_end(rest_);
    // A tag without an end is the end of what can be read.
    if (end == rest_.npos) return take_text(rest_.size());
    auto inside = rest_.substr(name_begin, end - name_begin);
    rest_.remove_prefix(end + 1);
    HtmlToken token{.kind = is_close ? HtmlToken::Kind::close : HtmlToken::Kind::open};
    token.name = take_until(inside, " \t\r\n\f/");
    if (is_close) return token;
    token.attributes = inside;
    for (const auto* element : {"script", "style", "textarea"})
        if (token.opens(element) && !inside.ends_with('/')) raw_until_ = element;
    return token;
}

std::string html_text(std::string_view raw) {
    constexpr std::size_t longest_reference = 10;
    std::string out;
    out.reserve(raw.size());
    while (!raw.empty()) {
        const auto plain = std::min(raw.find('&'), raw.size());
        out.append(raw, 0, plain);
        raw.remove_prefix(plain);
        if (raw.empty()) break;
        const auto end = raw.substr(0, longest_reference).find(';');
        const auto code = end == raw.npos ? std::nullopt : reference(raw.substr(1, end - 1));
        if (code) append_utf8(out, *code);
        if (!code) out += '&';
        raw.remove_prefix(code ? end + 1 : 1);
    }
    return out;
}

}  // namespace mirrorseed::sync
