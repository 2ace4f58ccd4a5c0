// What torrents need to know of a content, computed while its bytes go by.
//
// For a download: who stores the content shows its bytes here, in pieces of any
// size, and nothing has to be read again. Leaves are hashed sixteen at a time in
// the lanes; the pieces of one stream come one after another, and so does their
// SHA-1.
#pragma once

#include "core/digest.hpp"
#include "core/store/catalogue_torrent_hashes.hpp"
#include "torrentgen/sha_lanes.hpp"

#include <optional>
#include <vector>

namespace mirrorseed::torrentgen {

class StreamHasher final : public ByteObserver {
public:
    struct Options {
        Bytes expected_size = 0;  // decides how fine the tree is kept; more or less may come
        Bytes piece_length = 0;   // of the SHA-1 pieces; 0: none
        std::uint64_t most_nodes = 1 << 20;
    };
    StreamHasher(const Options& options, const ShaLanes& lanes);

    void see(ByteSpan bytes) override;
    // To be called once, when all of it was seen. Nothing for an empty content.
    void finish();
    const std::optional<ContentTree>& tree() const noexcept { return tree_; }
    const std::optional<ContentPieces>& pieces() const noexcept { return pieces_; }

private:
    void see_pieces(ByteSpan bytes);
    void see_piece(ByteSpan bytes);
    void end_piece();
    void hash_blocks();
    void fold_nodes(bool all);

    Options options_;
    ShaLanes lanes_, one_stream_;
    Bytes span_;
    std::vector<std::uint8_t> window_{};
    std::vector<Digest> blocks_{};  // not yet folded into nodes
    std::vector<Digest> nodes_{};
    Sha1State piece_{};
    std::vector<std::uint8_t> rest_{};  // of the piece, less than a block of SHA-1
    std::string done_{};
    std::optional<ContentTree> tree_{};
    std::optional<ContentPieces> pieces_{};
};

}  // namespace mirrorseed::torrentgen
