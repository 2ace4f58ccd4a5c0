#include "torrentgen/merkle.hpp"

#include "tests/support/printers.hpp"
#include "tests/torrentgen/slow_torrent.hpp"

#include <gtest/gtest.h>

#include <bit>

namespace mirrorseed::torrentgen {
namespace {

std::vector<Digest> leaves_of(const std::string& content) {
    std::vector<Digest> leaves;
    for (std::size_t at = 0; at < content.size(); at += block_size)
        leaves.push_back(Sha256::of(as_bytes(std::string_view(content).substr(at, block_size))));
    return leaves;
}

TEST(Merkle, AgreesWithTheSlowTreeAtEverySizeAroundBlocksAndPieces) {
    for (const std::size_t piece_length : {16384, 32768, 131072}) {
        for (const std::size_t blocks : {1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31}) {
            for (const int more : {-1, 0, 1}) {
                const auto content = test::random_text(blocks * 16384 + static_cast<std::size_t>(more), 1);
                const auto tree = tree_of(leaves_of(content), piece_length);
                EXPECT_EQ(tree.root.hex(), to_hex(as_bytes(test::slow_root(content)))) << content.size();
                std::string layer;
                for (const auto& digest : tree.layer)
                    layer += test::raw(digest);
                EXPECT_EQ(layer, content.size() > piece_length ? test::slow_layer(content, piece_length) : "")
                    << content.size() << " at " << piece_length;
            }
        }
    }
}

TEST(Merkle, TheRootDoesNotDependOnThePieceLength) {
    const auto leaves = leaves_of(test::random_text(1'000'000, 2));
    EXPECT_EQ(tree_of(leaves, 16384).root, tree_of(leaves, 262144).root);
    EXPECT_EQ(tree_of(leaves, 16384).root, tree_of(leaves, 1 << 24).root);
}

TEST(Merkle, LeavesAsTheyComeGiveTheSameRoot) {
    const auto leaves = leaves_of(test::random_text(33 * 16384, 3));
    MerkleStack stack;
    for (std::size_t count = 1; count <= leaves.size(); ++count) {
        stack.add(leaves[count - 1]);
        EXPECT_EQ(stack.count(), count);
        for (const auto width : {std::bit_ceil(count), std::bit_ceil(count) * 2, std::bit_ceil(count) * 8})
            EXPECT_EQ(stack.root(width), merkle_root(std::span(leaves).first(count), width)) << count;
    }
    EXPECT_EQ(MerkleStack().root(8), merkle_root({}, 8));
}

TEST(Merkle, TheRootOfOneBlockIsItsHash) {
    EXPECT_EQ(tree_of(leaves_of("x"), 16384).root, mirrorseed::test::digest_of_text("x"));
}

TEST(Merkle, APieceOfALongFileIsPaddedToItsWidth) {
    const std::string bytes(20'000, 'x');
    EXPECT_EQ(test::raw(piece_root(as_bytes(bytes), PieceWidth::full, 65536)),
              test::slow_subtree(bytes, 0, 4));
    EXPECT_EQ(test::raw(piece_root(as_bytes(bytes), PieceWidth::own, 65536)),
              test::slow_subtree(bytes, 0, 2));
}

}  // namespace
}  // namespace mirrorseed::torrentgen
