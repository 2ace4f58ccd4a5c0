// Which contents of a listing are stored already and may be relied on, asked once for all of them.
#pragma once

#include "core/store/blob_store.hpp"
#include "core/store/catalogue_contents.hpp"
#include "sync/listing.hpp"

#include <functional>
#include <optional>

namespace mirrorseed::sync {

// For Known::blob_size; answers for digests of this listing alone. What is not as it was left, or is known to
// be damaged, comes again. Without `blobs`, which outlive the answer, only the catalogue is asked.
std::function<std::optional<Bytes>(const Digest&)> known_blobs(Contents& contents, const BlobStore* blobs,
                                                               const Listing& listing);

}  // namespace mirrorseed::sync
