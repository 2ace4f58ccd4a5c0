#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>

namespace mirrorseed {
namespace {

constexpr std::string_view lower_digits = "0123456789abcdef";
constexpr std::string_view upper_digits = "0123456789ABCDEF";
constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::uint8_t byte_at(std::string_view text, std::size_t at) noexcept {
    return static_cast<std::uint8_t>(text[at]);
}

// The length of the well-formed UTF-8 sequence at `at`, or 0 (Unicode 15, table 3-7).
std::size_t sequence_length(std::string_view text, std::size_t at) noexcept {
    const auto lead = byte_at(text, at);
    if (lead < 0x80) return 1;
    std::size_t length = 0;
    std::uint8_t low = 0x80, high = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF)
        length = 2;
    else if (lead >= 0xE0 && lead <= 0xEF)
        length = 3;
    else if (lead >= 0xF0 && lead <= 0xF4)
        length = 4;
    else
        return 0;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
    if (at + length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i, low = 0x80, high = 0xBF)
        if (byte_at(text, at + i) < low || byte_at(text, at + i) > high) return 0;
    return length;
}

void append_escaped(std::string& out, std::uint8_t byte) {
    out.append("\\x").append(1, lower_digits[byte >> 4]).append(1, lower_digits[byte & 15]);
}

// C1 controls can steer a terminal as well as C0 ones, and so can the marks that reorder text.
bool steers_terminal(std::string_view sequence) noexcept {
    const auto lead = byte_at(sequence, 0);
    if (sequence.size() == 1) return lead < 0x20 || lead == 0x7F;
    if (sequence.size() == 2) {
        const auto second = byte_at(sequence, 1);
        return (lead == 0xC2 && second < 0xA0) || (lead == 0xD8 && second == 0x9C);
    }
    if (sequence.size() != 3 || lead != 0xE2) return false;
    const auto second = byte_at(sequence, 1), third = byte_at(sequence, 2);
    return (second == 0x80 && ((third >= 0xA8 && third <= 0xAE) || third == 0x8E || third == 0x8F)) ||
           (second == 0x81 && third >= 0xA6 && third <= 0xA9);
}

std::optional<std::uint8_t> hex_value(char digit) noexcept {
    if (digit >= '0' && digit <= '9') return static_cast<std::uint8_t>(digit - '0');
    if (digit >= 'a' && digit <= 'f') return static_cast<std::uint8_t>(digit - 'a' + 10);
    if (digit >= 'A' && digit <= 'F') return static_cast<std::uint8_t>(digit - 'A' + 10);
    return std::nullopt;
}

bool is_unreserved(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row[b.size()];
}

}  // namespace

std::string escape_text(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto length = sequence_length(text, at);
        const auto sequence = text.substr(at, std::max<std::size_t>(length, 1));
        if (sequence == "\\")
            out += "\\\\";
        else if (length == 0 || steers_terminal(sequence))
            for (const char c : sequence)
                append_escaped(out, static_cast<std::uint8_t>(c));
        else
            out += sequence;
        at += sequence.size();
    }
    return out;
}

std::string in_quotes(std::string_view text) {
    return "\"" + escape_text(text.substr(0, 100)) + "\"";
}

std::string as_utf8(std::string_view text) {
    if (is_utf8(text)) return std::string(text);
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto length = sequence_length(text, at);
        if (length == 0)
            append_escaped(out, byte_at(text, at));
        else
            out += text.substr(at, length);
        at += std::max<std::size_t>(length, 1);
    }
    return out;
}

std::string markup_text(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    for (const char c : as_utf8(text)) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
                    out += "\xEF\xBF\xBD";
                else
                    out += c;
        }
    }
    // Two characters of Unicode are none of XML.
    for (const std::string_view none : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"})
        for (auto at = out.find(none); at != out.npos; at = out.find(none, at))
            out.replace(at, none.size(), "\xEF\xBF\xBD");
    return out;
}

bool is_utf8(std::string_view text) noexcept {
    for (std::size_t at = 0; at < text.size();) {
        const auto length = sequence_length(text, at);
        if (length == 0) return false;
        at += length;
    }
    return true;
}

std::string percent_encode_path(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (is_unreserved(c) || c == '/') {
            out += c;
            continue;
        }
        const auto byte = static_cast<std::uint8_t>(c);
        out.append(1, '%').append(1, upper_digits[byte >> 4]).append(1, upper_digits[byte & 15]);
    }
    return out;
}

Result<std::string> percent_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            out += text[at];
            continue;
        }
        const auto high = at + 2 < text.size() ? hex_value(text[at + 1]) : std::nullopt;
        const auto low = at + 2 < text.size() ? hex_value(text[at + 2]) : std::nullopt;
        if (!high || !low)
            return Error(Fault::bad_input, "broken %-escape at byte " + std::to_string(at) + " of \"" +
                                               escape_text(text.substr(0, 200)) + "\"");
        out += static_cast<char>(*high * 16 + *low);
        at += 2;
    }
    return out;
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const auto byte : bytes)
        out.append(1, lower_digits[byte >> 4]).append(1, lower_digits[byte & 15]);
    return out;
}

bool from_hex(std::string_view text, std::span<std::uint8_t> out) noexcept {
    if (text.size() != out.size() * 2) return false;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto high = hex_value(text[2 * i]), low = hex_value(text[2 * i + 1]);
        if (!high || !low) return false;
        out[i] = static_cast<std::uint8_t>(*high * 16 + *low);
    }
    return true;
}

std::string to_base64(std::span<const std::uint8_t> bytes) {
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto left = bytes.size() - i;
        const std::uint32_t group = static_cast<std::uint32_t>(bytes[i] << 16) |
                                    static_cast<std::uint32_t>(left > 1 ? bytes[i + 1] << 8 : 0) |
                                    static_cast<std::uint32_t>(left > 2 ? bytes[i + 2] : 0);
        out += base64_digits[group >> 18];
        out += base64_digits[(group >> 12) & 63];
        out += left > 1 ? base64_digits[(group >> 6) & 63] : '=';
        out += left > 2 ? base64_digits[group & 63] : '=';
    }
    return out;
}

Result<std::vector<std::uint8_t>> from_base64(std::string_view text) {
    const Error bad(Fault::bad_input, in_quotes(text) + " is not base64");
    if (text.size() % 4 != 0) return bad;
    std::vector<std::uint8_t> out;
    for (std::size_t i = 0; i < text.size(); i += 4) {
        std::uint32_t group = 0;
        std::size_t padding = 0;
        for (std::size_t j = 0; j < 4; ++j) {
            const char c = text[i + j];
            const auto value = base64_digits.find(c);
            const bool may_pad = i + 4 == text.size() && j >= 2;
            if (c == '=' && may_pad)
                ++padding;
            else if (value == std::string_view::npos || padding > 0)
                return bad;
            group = group << 6 | static_cast<std::uint32_t>(c == '=' ? 0 : value);
        }
        // One text for one value: bits that no byte takes are zero.
        if ((padding == 1 && (group & 0xFF) != 0) || (padding == 2 && (group & 0xFFFF) != 0)) return bad;
        for (std::size_t j = 0; j < 3 - padding; ++j)
            out.push_back(static_cast<std::uint8_t>(group >> (16 - 8 * j)));
    }
    return out;
}

std::string lowered(std::string_view text) {
    std::string low(text);
    for (auto& c : low)
        c = lowered(c);
    return low;
}

std::string_view trimmed(std::string_view text) noexcept {
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
    std::string_view best;
    auto best_distance = std::max<std::size_t>(word.size() / 3, 1) + 1;
    for (const auto candidate : candidates) {
        const auto distance = edit_distance(word, candidate);
        if (distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

}  // namespace mirrorseed
