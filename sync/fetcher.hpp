// Brings the files of a plan into the store, in batches that survive a crash.
//
// Each file is staged under a name made from its path, size and time, hashed on
// the way, and named as a blob. After a batch the file system is synced and the
// batch's rows are committed; from then on the next run finds the files there. A
// large file is synced as it grows, so that a run that was cut off goes on inside
// it. A file that cannot be had is told and left; a disk that refuses ends the run.
#pragma once

#include "core/clock.hpp"
#include "core/progress.hpp"
#include "core/store.hpp"
#include "sync/content_watch.hpp"
#include "sync/listing.hpp"
#include "sync/plan.hpp"
#include "sync/upstream.hpp"

#include <memory>
#include <optional>
#include <unordered_set>
#include <vector>

namespace mirrorseed::sync {

enum class Acquire {
    copy,  // read from the upstream into staging
    link,  // share the file with the upstream's folder, for adopt
};

struct FetchResult {
    std::vector<PathEntry> fetched;    // with their digests, and as they are now
    std::vector<LeftOut> quarantined;  // could not be had
    std::vector<LeftOut> withdrawn;    // came, and are refused
    std::vector<Digest> replaced;      // were here already, damaged, and came again
    std::vector<RelPath> gone;         // vanished since the listing
    Bytes transferred = 0;
};

class Fetcher {
public:
    Fetcher(Store& store, const TreeRow& tree, Upstream& upstream, Acquire acquire, WatchFor watch_for,
            Clock clock, Progress& progress);

    // An error only where going on makes no sense: our disk refuses, or somebody asked to stop.
    Result<FetchResult> fetch(const std::vector<PathEntry>& wanted);

private:
    struct Arrival {
        PathEntry item;
        bool stored;  // its bytes were put in place, not found there
        std::unique_ptr<ContentWatch> watch{};
    };
    // Nothing when the file is told in result_ instead.
    Result<std::optional<Arrival>> fetch_one(const PathEntry& wanted);
    Result<Arrival> attempt(const PathEntry& wanted);
    Result<Arrival> copy(const PathEntry& wanted);
    Result<Arrival> share(const PathEntry& wanted);
    std::unique_ptr<ContentWatch> watch(const PathEntry& item) const;
    Bytes resumable(const RelPath& staged, const Entry& expected) const;
    Status remember_resumable(const RelPath& staged, Bytes size);
    Existing existing(const Digest& digest);
    Status commit_batch();

    Store& store_;
    const TreeRow& tree_;
    Upstream& upstream_;
    Acquire acquire_;
    WatchFor watch_for_;
    Clock clock_;
    Progress& progress_;
    std::optional<Folder> staging_;
    std::optional<Error> our_trouble_;  // what our own disk said, when that is why a fetch failed
    std::vector<Arrival> batch_;
    std::unordered_set<Digest> in_batch_;  // named already, and their rows will come
    Bytes batch_bytes_ = 0;
    FetchResult result_;
};

// Removes what earlier runs left in staging and no run will resume.
Status clear_staging(Store& store, const TreeRow& tree);

}  // namespace mirrorseed::sync
