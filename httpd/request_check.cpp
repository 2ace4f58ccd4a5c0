#include "httpd/request_check.hpp"

#include "httpd/authority.hpp"

#include "core/http/http_text.hpp"
#include "core/whole_number.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace mirrorseed::httpd {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t most_fields = 100;
constexpr std::size_t most_empty_lines = 4;

// Bytes beyond ASCII should be percent-encoded, and every server takes them as they are.
bool may_be_in_target(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7f;
}

HeadVerdict refused(unsigned status, std::string_view reason) {
    return {.status = status, .reason = reason};
}

struct RequestLine {
    std::string_view method, target, version;
};

// Two single spaces divide it; anything else has no defined meaning.
std::optional<RequestLine> split_line(std::string_view line) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return std::nullopt;
    return RequestLine{line.substr(0, first), line.substr(first + 1, last - first - 1),
                       line.substr(last + 1)};
}

bool is_version(std::string_view text) {
    return text.size() == 8 && text.starts_with("HTTP/") && is_digit(text[5]) && text[6] == '.' &&
           is_digit(text[7]);
}

HeadVerdict check_line(const RequestLine& line) {
    if (!is_http_token(line.method)) return refused(400, "the method is no token");
    if (line.target.empty() || !std::all_of(line.target.begin(), line.target.end(), may_be_in_target))
        return refused(400, "the request target holds bytes that must be percent-encoded");
    if (!is_version(line.version)) return refused(400, "the HTTP version is misspelt");
    if (line.version[5] != '1') return refused(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
    return {};
}

// What the fields say together, gathered while they go by.
struct Fields {
    std::size_t count = 0, hosts = 0, lengths = 0, codings = 0;
    std::string_view host, length, coding;

    void see(std::string_view name, std::string_view value) {
        ++count;
        const auto keep = [&](std::size_t& seen, std::string_view& kept) {
            ++seen;
            kept = value;
        };
        if (same_word(name, "host")) keep(hosts, host);
        if (same_word(name, "content-length")) keep(lengths, length);
        if (same_word(name, "transfer-encoding")) keep(codings, coding);
    }
};

std::string_view fault_of_field(std::string_view line, Fields& fields) {
    if (line.starts_with(' ') || line.starts_with('\t')) return "a header line is folded";
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return "a header line has no colon";
    const auto name = line.substr(0, colon), value = line.substr(colon + 1);
    if (name.ends_with(' ') || name.ends_with('\t')) return "blanks stand before a colon";
    if (!is_http_token(name)) return "a header's name is no token";
    if (!is_field_value(value)) return "a header's value holds a control byte";
    fields.see(name, without_blanks(value));
    return {};
}

HeadVerdict check_host(const Fields& fields, std::string_view version) {
    if (fields.hosts > 1) return refused(400, "there is more than one Host");
    if (fields.hosts == 0 && version != "HTTP/1.0") return refused(400, "there is no Host");
    if (!is_authority(fields.host)) return refused(400, "the Host is misspelt");
    return {};
}

// Where a body ends must have one answer (RFC 9112 section 6).
HeadVerdict check_framing(const Fields& fields, std::string_view version) {
    if (fields.codings > 0 && fields.lengths > 0)
        return refused(400, "Transfer-Encoding and Content-Length exclude each other");
    if (fields.codings > 0 && version == "HTTP/1.0") return refused(400, "HTTP/1.0 has no Transfer-Encoding");
    if (fields.codings > 1) return refused(400, "there is more than one Transfer-Encoding");
    if (fields.codings == 1) {
        if (same_word(fields.coding, "chunked"))
            return {.status = 0, .reason = {}, .body = HeadVerdict::Body::chunked};
        const auto last = without_blanks(fields.coding.substr(fields.coding.rfind(',') + 1));
        if (!same_word(last, "chunked")) return refused(400, "the last transfer coding must be chunked");
        return refused(501, "no transfer coding but chunked is known here");
    }
    if (fields.lengths == 0) return {};
    const auto length = whole_number<Bytes>(fields.length);
    if (fields.lengths > 1 || !length) return refused(400, "the Content-Length is no single number");
    return {.status = 0,
            .reason = {},
            .body = *length > 0 ? HeadVerdict::Body::sized : HeadVerdict::Body::none,
            .body_size = *length};
}

}  // namespace

HeadProgress look_for_head(std::string_view received) {
    HeadProgress progress;
    while (received.substr(progress.skip).starts_with("\r\n"))
        progress.skip += 2;
    const auto head = received.substr(progress.skip);
    const auto end = head.find("\r\n\r\n");
    const auto seen = head.substr(0, end == std::string_view::npos ? head.size() : end + 4);
    const auto line = std::min(seen.find("\r\n"), seen.size());
    if (progress.skip > 2 * most_empty_lines || has_stray_line_end(seen))
        progress.status = 400;
    else if (line > longest_request_line)
        progress.status = 414;
    else if (seen.size() > longest_head)
        progress.status = 431;
    else if (end != std::string_view::npos)
        progress.length = end + 4;
    return progress;
}

HeadVerdict check_request_head(std::string_view head) {
    if (!head.ends_with("\r\n\r\n") || has_stray_line_end(head)) return refused(400, "a line end is broken");
    head.remove_suffix(2);
    const auto line = split_line(head.substr(0, head.find("\r\n")));
    if (!line) return refused(400, "the request line has not three parts");
    if (const auto verdict = check_line(*line); verdict.status != 0) return verdict;

    Fields fields;
    for (auto at = head.find("\r\n") + 2; at < head.size();) {
        const auto end = head.find("\r\n", at);
        const auto fault = fault_of_field(head.substr(at, end - at), fields);
        if (!fault.empty()) return refused(400, fault);
        if (fields.count > most_fields) return refused(431, "there are too many header lines");
        at = end + 2;
    }
    if (const auto verdict = check_host(fields, line->version); verdict.status != 0) return verdict;
    return check_framing(fields, line->version);
}

}  // namespace mirrorseed::httpd
