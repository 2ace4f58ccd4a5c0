// Files by which mirrors tell how old they are and what they are doing.
//
// Pure. Debian's mirrors keep project/trace/HOST (when each mirror on the way was last brought up to date)
// and, at the root, Archive-Update-in-Progress-HOST and Archive-Update-Required-HOST; Arch Linux keeps
// lastupdate (when something changed) and lastsync (that the chain of mirrors is alive) there, which only
// their origin writes.
#pragma once

#include "core/clock.hpp"
#include "core/rel_path.hpp"
#include "core/result.hpp"
#include "core/units.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mirrorseed::sync {

enum class Marker { none, update_in_progress, update_required, last_update, last_sync, trace };

Marker marker_of(const RelPath& path);
// The host that the last part of the name tells, for the markers that have one.
std::string_view marker_host(const RelPath& path);
// What a mirror says about itself alone is no part of the tree.
bool is_never_mirrored(const RelPath& path);

// Seconds since 1970, with white space around them.
Result<UnixTime> parse_epoch(std::string_view text);

struct Trace {
    std::optional<UnixTime> date{};
    std::string serial{};  // digits without zeros in front; empty when it tells none
    bool operator==(const Trace&) const = default;
};
// "Sat Nov 21 14:27:55 UTC 2026" and then "Name: value" lines. An error when there is neither a date nor a
// serial.
Result<Trace> parse_trace(std::string_view text);

// What markers say of one state of a tree.
struct Freshness {
    std::optional<UnixTime> last_update{};
    std::map<RelPath, Trace> traces{};

    // Takes the content of a file; what cannot be read, and other files, tell nothing.
    void take(const RelPath& path, std::string_view content);
    // The newest serial that any trace tells; empty when none does.
    std::string serial() const;
};

// Why the new state is older than the current one; empty when it is not, or nothing tells.
std::string went_backwards(const Freshness& current, const Freshness& now);

// Our own project/trace/HOST, in the form that Debian's mirror checkers read.
struct OurTrace {
    std::string host;
    UnixTime started = 0, ended = 0;
    std::string serial{};         // of the archive, from upstream's traces
    std::string upstream_host{};  // empty: not told
    Bytes received = 0;
};
std::string text_of(const OurTrace& trace);

}  // namespace mirrorseed::sync
