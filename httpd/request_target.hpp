// The target of a request line: a place inside what we serve, and a query.
//
// Decoded once, part by part, so that %2F is no separator and %252e no dot. Dot
// parts and doubled slashes are resolved as browsers and other servers do; a path
// that climbs above the root, or holds a NUL, is refused.
#pragma once

#include "core/rel_path.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mirrorseed::httpd {

struct Target {
    RelPath path;
    bool folder = true;  // it ended in a slash
    std::string query;   // after the '?', as it came

    // The decoded value of the first `name=value` in the query.
    std::optional<std::string> asked(std::string_view name) const;
    // The path as a URL path, percent-encoded, from '/' on.
    std::string url() const;
};

struct ParsedTarget {
    unsigned status = 0;  // 0: fine; 400 or 404 otherwise
    Target target;
};

// origin-form or absolute-form (RFC 9112 section 3.2), without blanks and control bytes already.
ParsedTarget parse_target(std::string_view text);
// What an absolute target says of the host, which counts rather than the field Host; empty in the other form.
std::string_view authority_of(std::string_view target);

}  // namespace mirrorseed::httpd
