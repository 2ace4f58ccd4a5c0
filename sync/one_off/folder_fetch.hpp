// Fetches into a plain folder: checksum lists first, and then the files that they name, which must be what
// they say.
//
// There is no keyring here, so that lists guard against damage and not against strangers. Files that are here
// already are not read again: they are compared by size and second, here as everywhere.
#pragma once

#include "sync/fetcher.hpp"
#include "sync/one_off/folder_landing.hpp"

namespace mirrorseed::sync {

struct FolderFetched {
    FetchResult result{};
    std::vector<LeftOut> notes{};  // lists that nothing was checked by, and why
};

// `fetch` is the plan's; `wanted` is what of it is not waiting in the landing already.
Result<FolderFetched> fetch_by_lists(Upstream& upstream, Listing& listing,
                                     const std::vector<Plan::Fetch>& fetch,
                                     const std::vector<Plan::Fetch>& wanted, const RetryPolicy& retry,
                                     FolderLanding& landing, Progress& progress);

}  // namespace mirrorseed::sync
