// Sets of files of which something did not come as it should: each waits as a whole, and holds nobody else.
#pragma once

#include "sync/fetch_result.hpp"
#include "sync/metadata_listing.hpp"
#include "sync/plan.hpp"
#include "sync/run/doubtful_files.hpp"

#include <vector>

namespace mirrorseed::sync {

// While one waits nothing goes from its folder, nor what it may take the place of. What came of it need not
// come again.
void hold_back_sets(const std::vector<FileSet>& sets, const Plan& plan, const Listing& listing,
                    FetchResult& fetched, Doubtful& doubtful);

}  // namespace mirrorseed::sync
