#include "core/http/http_head.hpp"

#include "core/http/http_fault.hpp"
#include "core/http/http_text.hpp"
#include "core/whole_number.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace mirrorseed {
namespace {

constexpr std::size_t most_fields = 200;

Error malformed(const std::string& why) {
    return http_error(HttpFault::malformed, "the server's answer is malformed: " + why);
}

// "HTTP/1.1 200 OK"; the reason may be empty.
Status check_status_line(std::string_view line) {
    if (!line.starts_with("HTTP/1.0 ") && !line.starts_with("HTTP/1.1 "))
        return malformed("it does not begin with HTTP/1.0 or HTTP/1.1");
    const auto status = line.substr(9, 3);
    const bool number = status.size() == 3 && std::ranges::all_of(status, is_digit) && status[0] != '0';
    if (!number || line.size() == 12 || line[12] != ' ') return malformed("its status is no number");
    if (!is_field_value(line)) return malformed("a control byte stands in its first line");
    return {};
}

// What the fields say together about where the body ends.
struct Framing {
    std::optional<std::uint64_t> length;
    bool chunked = false;

    Status see_length(std::string_view value) {
        const auto number = whole_number<std::uint64_t>(value);
        if (!number || *number >> 62 != 0) return malformed("its Content-Length is no number");
        if (length && length != number) return malformed("it has two lengths");
        length = number;
        return {};
    }
    Status see_coding(std::string_view value) {
        if (chunked || !same_word(value, "chunked"))
            return malformed("it has another transfer coding than one \"chunked\"");
        chunked = true;
        return {};
    }
};

Status check_field(std::string_view line, Framing& framing) {
    if (line.starts_with(' ') || line.starts_with('\t')) return malformed("a header line is folded");
    const auto colon = line.find(':');
    if (colon == line.npos || colon == 0) return malformed("a header line has no name");
    const auto name = line.substr(0, colon), value = without_blanks(line.substr(colon + 1));
    if (!is_http_token(name)) return malformed("a header's name is no token");
    if (!is_field_value(value)) return malformed("a control byte stands in a header");
    if (same_word(name, "content-length")) return framing.see_length(value);
    if (same_word(name, "transfer-encoding")) return framing.see_coding(value);
    return {};
}

}  // namespace

Status check_response_head(std::string_view head) {
    if (!head.ends_with("\r\n\r\n") || has_stray_line_end(head)) return malformed("a line end is broken");
    head.remove_suffix(2);
    const auto first = head.substr(0, head.find("\r\n"));
    if (auto good = check_status_line(first); !good) return good;

    Framing framing;
    std::size_t fields = 0;
    for (auto at = first.size() + 2; at < head.size(); ++fields) {
        const auto end = head.find("\r\n", at);
        if (auto good = check_field(head.substr(at, end - at), framing); !good) return good;
        if (fields == most_fields) return malformed("it has too many header lines");
        at = end + 2;
    }
    if (framing.chunked && framing.length) return malformed("it is chunked and has a length as well");
    if (framing.chunked && head.starts_with("HTTP/1.0")) return malformed("HTTP/1.0 has no chunks");
    return {};
}

}  // namespace mirrorseed
