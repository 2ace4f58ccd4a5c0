// Which contents of a listing are stored already, may be relied on, and may be taken for what it names.
//
// Whoever knows a digest does not have the content: a list of checksums may name what another tree, or
// another name, keeps under embargo. A content is taken by its digest where anybody may read it, or where the
// upstream itself sent it under that name. What is not as it was left, or is known to be damaged, comes
// again.
#pragma once

#include "core/store/blob_store.hpp"
#include "core/store/catalogue.hpp"
#include "sync/listing.hpp"

#include <functional>
#include <optional>

namespace mirrorseed::sync {

// For Known::blob_size; answers for digests of this listing alone. The catalogue and the blobs, if they are
// asked too, outlive the answer.
std::function<std::optional<Bytes>(const RelPath&, const Digest&)> known_blobs(Catalogue& catalogue,
                                                                               const BlobStore* blobs,
                                                                               TreeId tree,
                                                                               const Listing& listing);

}  // namespace mirrorseed::sync
