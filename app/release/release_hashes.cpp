#include "app/release/release_hashes.hpp"

#include "torrentgen/known_hashes.hpp"
#include "torrentgen/stream_hasher.hpp"

#include <algorithm>
#include <cstring>
#include <functional>

namespace mirrorseed::app {
namespace {

using torrentgen::Format;
using torrentgen::PieceHashes;
using torrentgen::PieceState;
using torrentgen::StreamHasher;
using torrentgen::Torrent;

class CatalogueHashes final : public torrentgen::KnownContents {
public:
    explicit CatalogueHashes(Catalogue& catalogue) : catalogue_(catalogue) {}
    std::optional<ContentTree> tree(const Digest& content) override {
        return catalogue_.torrent_hashes().tree(content);
    }
    std::optional<ContentPieces> pieces(const Digest& content, Bytes length) override {
        return catalogue_.torrent_hashes().pieces(content, length);
    }

private:
    Catalogue& catalogue_;
};

class Reading {
public:
    Reading(Store& store, Progress& progress) : store_(store), progress_(progress) {}

    Status read(const Digest& content, const std::function<void(ByteSpan)>& seen) {
        if (!store_.holds_sound(content))
            return Error(Fault::damaged, "the content " + content.hex() + " is not as it was stored");
        const auto file = store_.blobs().open_blob(content);
        if (!file) return file.error();
        Sha256 hash;
        const auto read = read_through(*file, content.hex(), [&](ByteSpan bytes) {
            hash.see(bytes);
            seen(bytes);
            progress_.bytes_done(bytes.size());
            return progress_.go_on();
        });
        if (!read) return read;
        if (hash.finish() == content) return {};
        // A repair finds it by this, and whoever would serve it.
        store_.catalogue().contents().mark_checked(content, 0, true);
        return Error(Fault::damaged, "the content " + content.hex() + " is damaged");
    }

private:
    Store& store_;
    Progress& progress_;
};

// Pieces run across files, so all of them are one stream.
Result<PieceHashes> hash_as_one(Reading reading, const Torrent& layout, const FileContents& contents,
                                const torrentgen::ShaLanes& lanes) {
    StreamHasher hasher({.piece_length = layout.piece_length, .most_nodes = 1}, lanes);
    for (std::size_t i = 0; i < contents.size(); ++i) {
        if (contents[i]) {
            const auto read = reading.read(*contents[i], [&](ByteSpan bytes) { hasher.see(bytes); });
            if (!read) return read.error();
        } else if (layout.files[i].pad) {
            const std::vector<std::uint8_t> zeros(layout.files[i].length);
            hasher.see(zeros);
        }
    }
    hasher.finish();
    auto hashes = torrentgen::nothing_hashed(layout);
    const auto& pieces = hasher.pieces();
    if (!pieces || pieces->pieces.size() != hashes.v1.size())
        return Error(Fault::damaged, "the contents are not as long as they were");
    hashes.v1 = pieces->pieces;
    std::ranges::fill(hashes.states, PieceState::hashed);
    return hashes;
}

// Kept, so that nobody reads it again.
Status hash_content(Reading reading, Catalogue& catalogue, const Digest& content, Bytes size,
                    Bytes piece_length, const torrentgen::ShaLanes& lanes) {
    StreamHasher hasher({.expected_size = size, .piece_length = piece_length}, lanes);
    const auto read = reading.read(content, [&](ByteSpan bytes) { hasher.see(bytes); });
    if (!read) return read;
    hasher.finish();
    auto transaction = catalogue.begin();
    if (hasher.tree()) catalogue.torrent_hashes().keep(content, *hasher.tree());
    if (hasher.pieces()) catalogue.torrent_hashes().keep(content, *hasher.pieces());
    transaction.commit();
    return {};
}

bool is_known(Catalogue& catalogue, const Torrent& layout, const Digest& content) {
    auto& hashes = catalogue.torrent_hashes();
    return (layout.format == Format::v1 || hashes.tree(content)) &&
           (layout.format == Format::v2 || hashes.pieces(content, layout.piece_length));
}

// Pieces run across its files, and no file's are known alone.
bool is_one_stream(const Torrent& layout) {
    return layout.format == Format::v1 && layout.files.size() > 1;
}

}  // namespace

bool are_known(Catalogue& catalogue, const Torrent& layout, const FileContents& contents) {
    return !is_one_stream(layout) && std::ranges::all_of(contents, [&](const auto& content) {
        return !content || is_known(catalogue, layout, *content);
    });
}

Result<PieceHashes> hashes_of(Store& store, const Torrent& layout, const FileContents& contents,
                              const torrentgen::ShaLanes& lanes, Progress& progress) {
    auto& catalogue = store.catalogue();
    progress.start("hash", 0, layout.total_size());
    Reading reading(store, progress);
    if (is_one_stream(layout)) return hash_as_one(reading, layout, contents, lanes);
    for (std::size_t i = 0; i < contents.size(); ++i) {
        if (!contents[i] || is_known(catalogue, layout, *contents[i])) continue;
        const auto hashed = hash_content(reading, catalogue, *contents[i], layout.files[i].length,
                                         layout.piece_length, lanes);
        if (!hashed) return hashed.error();
    }
    CatalogueHashes known(catalogue);
    auto hashes = torrentgen::known_pieces(
        layout, [&](std::size_t file) { return contents[file]; }, known);
    const auto is_hashed = [](PieceState state) { return state == PieceState::hashed; };
    if (!std::ranges::all_of(hashes.states, is_hashed))
        return Error(Fault::damaged, "what is known of the contents' pieces is not whole");
    return hashes;
}

}  // namespace mirrorseed::app
