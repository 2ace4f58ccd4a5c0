// Which contents of a listing are stored already, asked once for all of them.
#pragma once

#include "core/store/catalogue_contents.hpp"
#include "sync/listing.hpp"

#include <functional>
#include <optional>

namespace mirrorseed::sync {

// For Known::blob_size; answers for digests of this listing alone.
std::function<std::optional<Bytes>(const Digest&)> known_blobs(Contents& contents, const Listing& listing);

}  // namespace mirrorseed::sync
