#include "app/torrent/store_hashes.hpp"

#include "app/wiring/wiring.hpp"
#include "core/store/blob_trust.hpp"

#include <filesystem>

namespace mirrorseed::app {

std::unique_ptr<StoreHashes> StoreHashes::open(const Config& config) {
    const auto places = places_of(config);
    if (!places.exists()) return nullptr;
    std::error_code none;
    const auto checkouts = std::filesystem::canonical(places.store + "/trees", none);
    auto blobs = BlobStore::open_to_read(places.store);
    if (none || !blobs) return nullptr;
    try {
        return std::unique_ptr<StoreHashes>(new StoreHashes(
            checkouts.string() + "/", std::move(*blobs), Catalogue::open_to_read(places.catalogue_file())));
    } catch (const Failure&) {
        return nullptr;  // hashing is slower than knowing, and that is all
    }
}

std::optional<Digest> StoreHashes::content_of(const std::string& path, const FileFacts& facts) {
    if (!path.starts_with(checkouts_)) return std::nullopt;
    const auto below = std::string_view(path).substr(checkouts_.size());
    const auto slash = below.find('/');
    if (slash == below.npos) return std::nullopt;
    const auto inside = RelPath::parse(below.substr(slash + 1));
    const auto tree = catalogue_.trees().find(below.substr(0, slash));
    if (!inside || !tree) return std::nullopt;
    const auto entry = catalogue_.entries().find(tree->id, tree->checkout, *inside);
    if (!entry || !entry->digest) return std::nullopt;
    const auto blob = blobs_.facts(*entry->digest);
    if (!blob || !blob->same_state(facts)) return std::nullopt;
    const auto row = catalogue_.contents().blob(*entry->digest);
    if (!row || trust_in(*row, *blob) != Trust::sound) return std::nullopt;
    return entry->digest;
}

std::optional<ContentTree> StoreHashes::tree(const Digest& content) {
    return catalogue_.torrent_hashes().tree(content);
}

std::optional<ContentPieces> StoreHashes::pieces(const Digest& content, Bytes length) {
    return catalogue_.torrent_hashes().pieces(content, length);
}

torrentgen::KnownBlocks StoreHashes::blocks() {
    return [this](const Digest& root) -> std::optional<std::vector<Digest>> {
        auto tree = catalogue_.torrent_hashes().tree_with_root(root);
        if (!tree || tree->span != torrentgen::block_size) return std::nullopt;
        return std::move(tree->nodes);
    };
}

}  // namespace mirrorseed::app
