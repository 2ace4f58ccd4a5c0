// One short name for all that a listing says, so that two listings can be told apart without keeping either.
//
// Nothing for a listing that may say the same though a file has changed: of files of which
// it tells neither size and digest nor size and time exactly.
#pragma once

#include "core/digest.hpp"
#include "sync/listing.hpp"

#include <optional>

namespace mirrorseed::sync {

std::optional<Digest> digest_of(const Listing& listing);

}  // namespace mirrorseed::sync
