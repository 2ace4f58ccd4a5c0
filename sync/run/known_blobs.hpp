// Which contents of a listing are stored already, and may be taken for what it names.
//
// Whoever knows a digest does not have the content: a list of checksums may name what another tree, or
// another name, keeps under embargo. A content is taken by its digest where anybody may read it, or where the
// upstream itself sent it under that name.
#pragma once

#include "core/store/catalogue.hpp"
#include "sync/listing.hpp"

#include <functional>
#include <optional>

namespace mirrorseed::sync {

// For Known::blob_size; answers for digests of this listing alone. The catalogue outlives it.
std::function<std::optional<Bytes>(const RelPath&, const Digest&)> known_blobs(Catalogue& catalogue,
                                                                               TreeId tree,
                                                                               const Listing& listing);

}  // namespace mirrorseed::sync
