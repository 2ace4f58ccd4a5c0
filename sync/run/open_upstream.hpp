// Which kind of upstream a URL means.
#pragma once

#include "sync/upstream.hpp"

namespace mirrorseed::sync {

// `memory` outlives the upstream; without one nothing is remembered from run to run.
Result<std::unique_ptr<Upstream>> open_upstream(const std::string& url, const Manners& manners = {},
                                                ListingMemory* memory = nullptr);

}  // namespace mirrorseed::sync
