// Which contents of a listing are stored already, asked once for all of them.
#pragma once

#include "core/catalogue_contents.hpp"
#include "sync/listing.hpp"

#include <functional>

namespace mirrorseed::sync {

// For Known::has_blob; answers for digests of this listing alone.
std::function<bool(const Digest&)> known_blobs(Contents& contents, const Listing& listing);

}  // namespace mirrorseed::sync
