// What `rsync --list-only --no-h` prints, in the C locale and UTC, line by line:
//
//   drwxr-xr-x        4096 2026/11/21 14:33:21 pool/0
//   -rw-r--r--         541 2023/11/15 09:20:02 pool/0/a\#012b
//   lrwxrwxrwx           6 2026/11/21 14:56:23 latest -> a -> b
//
// Bytes that do not print, and a backslash that would look like such an escape,
// come as \#OOO. Where a link's target begins is told by its length, which is
// what the size of a link says.
#pragma once

#include "core/entry.hpp"
#include "core/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mirrorseed::sync {

struct RsyncLine {
    RelPath path;  // the root for "."
    Entry entry;
    bool is_other = false;  // a device, a socket or a pipe
};

Result<RsyncLine> parse_rsync_line(std::string_view line);

// A name as rsync prints it.
Result<std::string> rsync_unescape(std::string_view text);

// Cuts output that comes in pieces into lines; a progress line ends in a carriage return.
class LineCutter {
public:
    explicit LineCutter(std::size_t longest) : longest_(longest) {}

    // `seen` may stop the cutting with an error.
    template <class Seen>
    Status take(std::string_view piece, Seen&& seen) {
        while (!piece.empty()) {
            const auto end = piece.find_first_of("\r\n");
            rest_ += piece.substr(0, end);
            if (rest_.size() > longest_) return Error(Fault::bad_input, "a line of its output has no end");
            if (end == piece.npos) return {};
            piece.remove_prefix(end + 1);
            const auto line = std::move(rest_);
            rest_.clear();
            if (line.empty()) continue;
            const Status go_on = seen(std::string_view(line));
            if (!go_on) return go_on;
        }
        return {};
    }
    const std::string& rest() const noexcept { return rest_; }

private:
    std::size_t longest_;
    std::string rest_;
};

}  // namespace mirrorseed::sync
