#include "sync/run/known_blobs.hpp"

#include <algorithm>

namespace mirrorseed::sync {

std::function<std::optional<Bytes>(const Digest&)> known_blobs(Contents& contents, const Listing& listing) {
    std::vector<Digest> digests;
    for (const auto& folder : listing.folders())
        for (std::size_t at = 0; at < folder.size(); ++at)
            if (const auto digest = folder.digest(at)) digests.push_back(*digest);
    return
        [stored = contents.stored_among(std::move(digests))](const Digest& digest) -> std::optional<Bytes> {
            const auto found =
                std::lower_bound(stored.begin(), stored.end(), digest,
                                 [](const auto& row, const Digest& wanted) { return row.first < wanted; });
            if (found == stored.end() || found->first != digest) return std::nullopt;
            return found->second;
        };
}

}  // namespace mirrorseed::sync
