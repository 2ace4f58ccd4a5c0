// Opens an upstream of any kind.
#pragma once

#include "sync/upstream.hpp"
#include "sync/upstream_kind.hpp"
#include "sync/wish.hpp"

namespace mirrorseed::sync {

// The URL's scheme is one that the kind has. `memory` outlives the upstream; without one nothing is
// remembered from run to run.
Result<std::unique_ptr<Upstream>> open_upstream(UpstreamKind kind, const std::string& url,
                                                const Manners& manners = {}, ListingMemory* memory = nullptr);

// Of the kind that the URL means by itself.
Result<std::unique_ptr<Upstream>> open_upstream(const std::string& url, const Manners& manners = {},
                                                ListingMemory* memory = nullptr);

// One of the wish's, which may be a mirror that a metalink named.
Result<std::unique_ptr<Upstream>> open_upstream(const std::string& url, const Wish& wish,
                                                ListingMemory* memory = nullptr);

}  // namespace mirrorseed::sync
