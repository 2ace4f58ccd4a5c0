// Opens what a log is appended to.
//
// The folder of a log may belong to somebody with fewer rights than whoever opens it: to the server's user,
// while its keeper is root. A link that he puts there, or on the way to there, must not lead lines into a
// file of root's. So where anybody but root and we may put names, a log is a regular file with one name, and
// no link is followed; elsewhere what is there is the operator's, be it a link, a pipe or a terminal.
#pragma once

#include "core/result.hpp"

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

namespace mirrorseed {

// Whether nobody but root and `we` puts names into a folder.
bool is_closed_to_others(uid_t owner, mode_t mode, uid_t we);
// Why what others could have put there is no log.
std::optional<std::string_view> why_no_log(mode_t mode, nlink_t names);

struct LogFileManner {
    mode_t mode = 0640;          // of a file that is not there yet
    bool makes_folders = false;  // that are missing on the way
};
// A descriptor, open to append, which the caller closes. Nothing is waited for.
Result<int> open_log_file(const std::string& place, LogFileManner manner = {});

}  // namespace mirrorseed
