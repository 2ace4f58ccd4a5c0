// The hashes that a store's catalogue keeps, for torrents of what lies in its checkouts.
#pragma once

#include "app/config/config.hpp"
#include "core/store/blob_store.hpp"
#include "core/store/catalogue.hpp"
#include "torrentgen/known_hashes.hpp"
#include "torrentgen/verifier.hpp"

#include <memory>
#include <optional>
#include <string>

namespace mirrorseed::app {

class StoreHashes final : public torrentgen::KnownHashes {
public:
    // Null where there is no store that can be read. Nothing is written.
    static std::unique_ptr<StoreHashes> open(const Config& config);

    // A file of a checkout is known by its path, and that it still is the content by being the blob's own
    // file.
    std::optional<Digest> content_of(const std::string& path, const FileFacts& facts) override;
    std::optional<ContentTree> tree(const Digest& content) override;
    std::optional<ContentPieces> pieces(const Digest& content, Bytes length) override;

    torrentgen::KnownBlocks blocks();

private:
    StoreHashes(std::string checkouts, BlobStore blobs, Catalogue catalogue)
        : checkouts_(std::move(checkouts)), blobs_(std::move(blobs)), catalogue_(std::move(catalogue)) {}

    std::string checkouts_;  // real path of STORE/trees/, with the slash
    BlobStore blobs_;
    Catalogue catalogue_;
};

}  // namespace mirrorseed::app
