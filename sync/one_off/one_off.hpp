// A mirror of one upstream in a plain folder, with no store beside it.
//
// Files are compared by size and second, as rsync does; what comes must be what the
// upstream's checksum lists say, where there are any. It waits in the folder's own
// .mirrorseed-partial until all is there; then it is shown in the order that keeps
// indices and what they name together. Until then the folder is as it was, and a run
// that is cut off is gone on with by the next one.
#pragma once

#include "core/glob.hpp"
#include "core/progress.hpp"
#include "sync/manners.hpp"
#include "sync/one_off/current_folder.hpp"
#include "sync/run/sync_job.hpp"

#include <chrono>
#include <string>

namespace mirrorseed::sync {

struct OneOff {
    std::string upstream;  // its URL
    std::string folder;    // an absolute path; made when it is missing, but not what is above it
    Manners manners{};
    Selection selection{};  // without_our_names() of what is wanted
    Deletes deletes = Deletes::no;
    bool dry_run = false;
    std::chrono::milliseconds rest_between_listings{1000};
};

// With the names excluded under which mirrors of this kind keep what is not whole.
Selection without_our_names(std::vector<Glob> include, std::vector<Glob> exclude);

// Never throws for what the upstream or the folder does. Files that could not be had, or not be shown, are
// told as quarantined; everything else is there then.
SyncResult mirror_once(const OneOff& wish, Progress& progress);

}  // namespace mirrorseed::sync
