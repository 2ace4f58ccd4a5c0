// What a run takes from an upstream fits together: where a file is not as it was listed, the whole is listed
// again, a few times, with a longer rest each time. What came meanwhile is here already.
#pragma once

#include "core/progress.hpp"
#include "sync/fetcher.hpp"
#include "sync/upstream.hpp"

#include <chrono>
#include <functional>
#include <vector>

namespace mirrorseed::sync {

// A round lists the upstream and has its files brought; false when it changed meanwhile, which the last round
// has to live with.
using ListingRound = std::function<Result<bool>(bool is_last)>;
Status in_rounds(const ListingRound& round, std::chrono::milliseconds rest, const Progress& progress);

// The folders that these files are in.
std::vector<RelPath> folders_of(const std::vector<Listing::Place>& files, const Listing& listing);
// Those of the files that are not as they were listed are changed, too.
void note_moved(const std::vector<MovedFolder>& moved, const std::vector<Listing::Place>& files,
                const Listing& listing, FetchResult& fetched);
// In the last round: what changed again could not be had.
void quarantine_changed(const Listing& listing, FetchResult& fetched);

}  // namespace mirrorseed::sync
