#include "sync/run/known_blobs.hpp"

#include "core/store/blob_trust.hpp"

#include <algorithm>

namespace mirrorseed::sync {

std::function<std::optional<Bytes>(const Digest&)> known_blobs(Contents& contents, const BlobStore* blobs,
                                                               const Listing& listing) {
    std::vector<Digest> digests;
    for (const auto& folder : listing.folders())
        for (std::size_t at = 0; at < folder.size(); ++at)
            if (const auto digest = folder.digest(at)) digests.push_back(*digest);
    return [stored = contents.stored_among(std::move(digests)),
            blobs](const Digest& digest) -> std::optional<Bytes> {
        const auto found =
            std::lower_bound(stored.begin(), stored.end(), digest,
                             [](const auto& row, const Digest& wanted) { return row.digest < wanted; });
        if (found == stored.end() || found->digest != digest || found->damaged) return std::nullopt;
        const auto inode = blobs != nullptr ? blobs->facts(digest) : Result<FileFacts>(FileFacts());
        const bool is_sound = blobs == nullptr || (inode && trust_in(*found, *inode) == Trust::sound);
        return is_sound ? std::optional(found->size) : std::nullopt;
    };
}

}  // namespace mirrorseed::sync
