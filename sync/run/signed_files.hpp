// Files that came and must be signed by somebody whom the operator trusts.
#pragma once

#include "sync/fetch_result.hpp"
#include "sync/metadata_listing.hpp"
#include "sync/run/doubtful_files.hpp"
#include "sync/run/surroundings.hpp"

namespace mirrorseed::sync {

// Is what the published generation has to be judged again? It was published for other terms, or all is to be
// looked at.
bool judges_all(const Surroundings& around, const SignedFiles& to_be_signed);

// Those that are not signed well could not be had. What the published generation has under its name, and
// under its signature's, was judged when it came. An error only when a signature could not be judged.
Status check_signed_files(const Surroundings& around, const SignedFiles& to_be_signed, const Listing& listing,
                          FetchResult& fetched);

// Their signatures stay as they are with them. What came of them need not come again, up to a bound, for it
// may be its signature alone that is replaced.
void hold_back_badly_signed(const Listing& listing, const FetchResult& fetched, Doubtful& doubtful);

}  // namespace mirrorseed::sync
