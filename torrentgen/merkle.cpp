#include "torrentgen/merkle.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <optional>

namespace mirrorseed::torrentgen {
namespace {

Digest parent_of(const Digest& left, const Digest& right) {
    std::array<std::uint8_t, 64> both{};
    std::copy(left.bytes.begin(), left.bytes.end(), both.begin());
    std::copy(right.bytes.begin(), right.bytes.end(), both.begin() + 32);
    return Sha256::of(both);
}

}  // namespace

Digest merkle_root(std::span<const Digest> leaves, std::uint64_t width, Digest missing) {
    assert(std::has_single_bit(width) && leaves.size() <= width);
    if (leaves.empty()) {
        for (; width > 1; width /= 2)
            missing = parent_of(missing, missing);
        return missing;
    }
    std::vector<Digest> row(leaves.begin(), leaves.end());
    for (; width > 1; width /= 2) {
        if (row.size() % 2 == 1) row.push_back(missing);
        for (std::size_t i = 0; i < row.size() / 2; ++i)
            row[i] = parent_of(row[2 * i], row[2 * i + 1]);
        row.resize(row.size() / 2);
        missing = parent_of(missing, missing);
    }
    return row.front();
}

void MerkleStack::add(Digest leaf) {
    const auto height = static_cast<std::size_t>(std::countr_one(count_));
    for (std::size_t i = 0; i < height; ++i)
        leaf = parent_of(full_[i], leaf);
    if (height == full_.size()) full_.emplace_back();
    full_[height] = leaf;
    ++count_;
}

Digest MerkleStack::root(std::uint64_t width) const {
    assert(std::has_single_bit(width) && count_ <= width);
    if (count_ == width) return full_.back();
    Digest missing;
    std::optional<Digest> last;  // the subtree that is not full, where there are leaves in it
    for (std::size_t height = 0; std::uint64_t{1} << height < width; ++height) {
        const bool is_full = (count_ >> height & 1) != 0;
        if (is_full)
            last = parent_of(full_[height], last.value_or(missing));
        else if (last)
            last = parent_of(*last, missing);
        missing = parent_of(missing, missing);
    }
    return last.value_or(missing);
}

FileTree tree_of(std::span<const Digest> leaves, Bytes piece_length, Bytes span) {
    assert(!leaves.empty() && piece_length >= span);
    const auto missing = merkle_root({}, span / block_size);
    const auto nodes_per_piece = piece_length / span;
    if (leaves.size() <= nodes_per_piece)
        return {merkle_root(leaves, std::bit_ceil(leaves.size()), missing), {}};
    FileTree tree;
    for (std::size_t at = 0; at < leaves.size(); at += nodes_per_piece) {
        const auto nodes = std::min<std::size_t>(nodes_per_piece, leaves.size() - at);
        tree.layer.push_back(merkle_root(leaves.subspan(at, nodes), nodes_per_piece, missing));
    }
    tree.root = root_of_layer(tree.layer, piece_length);
    return tree;
}

Digest root_of_layer(std::span<const Digest> layer, Bytes piece_length) {
    return merkle_root(layer, std::bit_ceil(layer.size()), merkle_root({}, piece_length / block_size));
}

Digest piece_root(ByteSpan bytes, PieceWidth width, Bytes piece_length) {
    std::vector<Digest> leaves;
    for (std::size_t at = 0; at < bytes.size(); at += block_size)
        leaves.push_back(Sha256::of(bytes.subspan(at, std::min<std::size_t>(block_size, bytes.size() - at))));
    return merkle_root(leaves,
                       width == PieceWidth::full ? piece_length / block_size : std::bit_ceil(leaves.size()));
}

}  // namespace mirrorseed::torrentgen
