// One line of a manifest: an entry as JSON, the same bytes on every host.
//
// {"path":"a%20b","type":"file","size":5,"mtime":1700000000,"mode":420,"sha256":"..."}
// with "mtime_ns" for the part of a second where there is one, and "target" for a
// link. Lines come from other nodes too, so the parser trusts nothing.
#pragma once

#include "core/entry.hpp"
#include "core/result.hpp"

#include <string>
#include <string_view>

namespace mirrorseed {

// With its line feed.
void append_manifest_line(std::string& out, std::string_view path, const Entry& entry);
Result<PathEntry> parse_manifest_line(std::string_view line);

}  // namespace mirrorseed
