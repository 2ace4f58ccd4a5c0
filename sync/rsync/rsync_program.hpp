// The rsync program as we run it: its arguments, its environment, and what its end means.
//
// Pure but for confinement. Deletions are never asked of it, and it keeps nothing
// but what it is told to write into one folder.
#pragma once

#include "core/system/subprocess.hpp"
#include "sync/manners.hpp"
#include "sync/rsync/rsync_names.hpp"
#include "sync/rsync/rsync_url.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::sync {

class RsyncProgram {
public:
    RsyncProgram(RsyncUrl url, Manners manners) : url_(std::move(url)), manners_(std::move(manners)) {}

    const RsyncUrl& url() const noexcept { return url_; }

    Program list() const;
    // Names come on its standard input, each with a NUL behind it.
    Program list_these(std::string names) const;
    struct Delivery {
        RsyncNames names;
        std::string format{};        // of the line for each file that came
        std::string folder;          // where they go
        std::string basis{};         // a folder that may hold older files of the same names
        bool tell_progress = false;  // of large files
        // Names are not compared with each other, which takes rsync seconds for some ten thousand of them.
        // Whoever reads its output looks at them.
        bool trust_names = false;
        Rate rate{};
    };
    Program fetch(Delivery delivery) const;
    // Ends well where rsync knows how to trust names.
    Program can_trust_names() const;

    // Of its URL's path, what comes behind the module.
    std::string below_module() const { return url_.below_module(); }

private:
    Program program(std::vector<std::string> options, std::string input, const std::string& from,
                    const std::string& to) const;

    RsyncUrl url_;
    Manners manners_;
};

// What became of a run, as far as its exit status tells.
enum class RsyncEnd {
    good,
    partly,   // some files could not be had; the messages name them
    trouble,  // the server or the way to it; another time may be better
    refused,  // the server says no, and will again
    ours,     // our disk, our memory, or our rsync
};
// The exit code that says that nothing worse happened than names which vanished meanwhile.
constexpr int rsync_some_vanished = 24;
RsyncEnd rsync_end(const ProgramEnd& end);

// The one line of its messages that tells a person most.
std::string rsync_reason(const ProgramEnd& end);

// What the messages say of one file; nothing when they do not name it. Fault::not_found when it is not there.
std::optional<Error> rsync_says_of(const std::string& messages, const std::string& path);

// What a listing lacks, by the names that the messages tell.
struct RsyncGaps {
    std::vector<std::string> closed;    // folders that the server itself may not read
    std::vector<std::string> vanished;  // were there a moment before
    bool others = false;                // anything else, which would look like deletions
};
RsyncGaps rsync_gaps(const std::string& messages);

}  // namespace mirrorseed::sync
