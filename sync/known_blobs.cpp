#include "sync/known_blobs.hpp"

#include <algorithm>

namespace mirrorseed::sync {

std::function<bool(const Digest&)> known_blobs(Contents& contents, const Listing& listing) {
    std::vector<Digest> digests;
    for (const auto& folder : listing.folders())
        for (std::size_t at = 0; at < folder.size(); ++at)
            if (const auto digest = folder.digest(at)) digests.push_back(*digest);
    return [stored = contents.stored_among(std::move(digests))](const Digest& digest) {
        return std::binary_search(stored.begin(), stored.end(), digest);
    };
}

}  // namespace mirrorseed::sync
