#include "sync/run/known_blobs.hpp"

#include "core/store/blob_trust.hpp"

#include <algorithm>

namespace mirrorseed::sync {
namespace {

bool was_sent(Contents& contents, TreeId tree, const RelPath& path, const Digest& digest) {
    const auto staged = contents.staged(tree, path);
    return staged && staged->digest == digest;
}

// Without blobs, only the catalogue is asked.
bool is_as_it_was_left(const BlobRow& row, const BlobStore* blobs) {
    if (row.damaged || blobs == nullptr) return !row.damaged;
    const auto inode = blobs->facts(row.digest);
    return inode && trust_in(row, *inode) == Trust::sound;
}

}  // namespace

std::function<std::optional<Bytes>(const RelPath&, const Digest&)> known_blobs(Catalogue& catalogue,
                                                                               const BlobStore* blobs,
                                                                               TreeId tree,
                                                                               const Listing& listing) {
    std::vector<Digest> digests;
    for (const auto& folder : listing.folders())
        for (std::size_t at = 0; at < folder.size(); ++at)
            if (const auto digest = folder.digest(at)) digests.push_back(*digest);
    return [&catalogue, blobs, tree, stored = catalogue.contents().stored_among(std::move(digests))](
               const RelPath& path, const Digest& digest) -> std::optional<Bytes> {
        const auto found =
            std::lower_bound(stored.begin(), stored.end(), digest,
                             [](const auto& row, const Digest& wanted) { return row.digest < wanted; });
        if (found == stored.end() || found->digest != digest || !is_as_it_was_left(*found, blobs))
            return std::nullopt;
        const bool may_have =
            was_sent(catalogue.contents(), tree, path, digest) || catalogue.entries().is_served(digest);
        return may_have ? std::optional(found->size) : std::nullopt;
    };
}

}  // namespace mirrorseed::sync
