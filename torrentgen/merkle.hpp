// BEP 52's hash trees: from the 16 KiB leaves of a file to its piece layer and its root.
//
// Leaves that a file does not have are 32 zero bytes, not hashes of zeros; what
// stands above them is hashed like everything else.
#pragma once

#include "torrentgen/torrent.hpp"

#include <span>
#include <vector>

namespace mirrorseed::torrentgen {

// The root of a tree with `width` leaves (a power of two, not less than are given); `missing` stands for
// each leaf that is not given.
Digest merkle_root(std::span<const Digest> leaves, std::uint64_t width, Digest missing = {});

// The same root from leaves as they come, in memory for the tree's height alone: the leaves of sixteen pieces
// of 128 MiB for each thread would be more than all the rest.
class MerkleStack {
public:
    void add(Digest leaf);
    std::uint64_t count() const noexcept { return count_; }
    Digest root(std::uint64_t width) const;

private:
    std::uint64_t count_ = 0;
    std::vector<Digest> full_{};  // by height; the whole subtree of it where count_ has that bit
};

// The root over a whole piece layer: pieces that a file does not have are roots of missing leaves.
Digest root_of_layer(std::span<const Digest> layer, Bytes piece_length);

struct FileTree {
    Digest root{};
    std::vector<Digest> layer{};  // one for each piece; empty unless the file is longer than one
    bool operator==(const FileTree&) const = default;
};
// What a file's leaves come to at one piece length (a power of two from 16 KiB). At least one leaf. Where
// they are not leaves but nodes over `span` bytes each, the piece length must not be less.
FileTree tree_of(std::span<const Digest> leaves, Bytes piece_length, Bytes span = block_size);

// The root of some bytes as one piece: of a file that has no more, or padded to `piece_length` as the pieces
// of longer files are.
enum class PieceWidth { own, full };
Digest piece_root(ByteSpan bytes, PieceWidth width, Bytes piece_length);

}  // namespace mirrorseed::torrentgen
