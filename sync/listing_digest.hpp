// One short name for all that a listing says, so that two listings can be told apart without keeping either.
#pragma once

#include "core/digest.hpp"
#include "sync/listing.hpp"

namespace mirrorseed::sync {

Digest digest_of(const Listing& listing);

}  // namespace mirrorseed::sync
