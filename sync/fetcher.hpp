// Has files brought by an upstream, on all of its lanes, and lands them in batches that survive a crash.
//
// Each file is staged under a name made from its path, size and time, hashed on the
// way, and handed to the landing. After a batch the landing commits; from then on
// the next run finds the files there. A large file is synced as it grows, so that a
// run that was cut off goes on inside it. A file that cannot be had is told and
// left; a disk that refuses, or an upstream that is lost, ends the run.
#pragma once

#include "core/progress.hpp"
#include "sync/fetch_result.hpp"
#include "sync/landing.hpp"
#include "sync/orders.hpp"
#include "sync/plan.hpp"
#include "sync/retry_policy.hpp"
#include "sync/upstream.hpp"

#include <vector>

namespace mirrorseed::sync {

// A hash that a file must have, beside its SHA-256.
class ContentCheck : public ByteObserver {
public:
    // Asked once, when all was seen.
    virtual Status verdict() = 0;
};

struct FetchWish {
    RetryPolicy retry{};
    WatchFor watch_for{};
    // Nothing for a file of which no such hash is known.
    std::function<std::unique_ptr<ContentCheck>(const RelPath& path)> check_for{};
    // An embargoed file that the upstream does not hand out is no trouble.
    bool embargo_may_be_closed = false;
    // Whether the listing's digest of it is a guess; then it may come with another.
    std::function<bool(const RelPath& path)> is_guess{};
    // Their digests say what they are; how the upstream dates them is of no interest.
    bool by_digest = false;
    // Told of the file that an order's bytes are added to from now on; what is begun anew is another file.
    std::function<void(const Folder& staging, const RelPath& name)> shown{};
};

// The listing learns what the files that come are, with their digests. An error only where going on makes no
// sense: our disk refuses, the upstream is lost, or somebody asked to stop. What came before is kept.
Result<FetchResult> fetch_files(Upstream& upstream, Listing& listing, const std::vector<Plan::Fetch>& wanted,
                                const FetchWish& wish, Landing& landing, Progress& progress);

}  // namespace mirrorseed::sync
