#include "torrentgen/stream_hasher.hpp"

#include "tests/support/printers.hpp"
#include "tests/torrentgen/slow_torrent.hpp"
#include "torrentgen/merkle.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::torrentgen {
namespace {

// Shows the content in pieces of random size, as a download would.
StreamHasher streamed(const std::string& content, StreamHasher::Options options, unsigned seed = 1) {
    options.expected_size = content.size();
    StreamHasher hasher(options, ShaLanes::fastest());
    std::mt19937 random(seed);
    for (std::size_t at = 0; at < content.size();) {
        const auto size =
            std::min<std::size_t>(content.size() - at, 1 + random() % (random() % 4 == 0 ? 300'000 : 100));
        hasher.see(as_bytes(std::string_view(content).substr(at, size)));
        at += size;
    }
    hasher.finish();
    return hasher;
}

TEST(StreamHasher, AgreesWithTheSlowWayWhateverThePortions) {
    for (const std::size_t size : {1, 63, 64, 65, 16383, 16384, 16385, 262'144, 262'145, 700'001}) {
        const auto content = test::random_text(size, static_cast<unsigned>(size));
        const auto hasher = streamed(content, {.piece_length = 65536}, static_cast<unsigned>(size));
        ASSERT_TRUE(hasher.tree() && hasher.pieces());
        EXPECT_EQ(test::raw(hasher.tree()->root), test::slow_root(content)) << size;
        EXPECT_EQ(hasher.pieces()->pieces, test::slow_pieces(content, 65536)) << size;
        const auto over = size % 65536;
        const auto padded =
            test::slow_pieces(content + std::string(over == 0 ? 0 : 65536 - over, '\0'), 65536);
        EXPECT_EQ(hasher.pieces()->padded_last, over == 0 ? "" : padded.substr(padded.size() - 20)) << size;
    }
}

TEST(StreamHasher, EveryPieceLengthFollowsFromItsTree) {
    const auto content = test::random_text(900'000, 2);
    const auto hasher = streamed(content, {});
    EXPECT_FALSE(hasher.pieces());
    ASSERT_TRUE(hasher.tree());
    EXPECT_EQ(hasher.tree()->span, block_size);
    for (const Bytes length : {16384, 65536, 1 << 20}) {
        const auto tree = tree_of(hasher.tree()->nodes, length);
        EXPECT_EQ(test::raw(tree.root), test::slow_root(content));
        std::string layer;
        for (const auto& digest : tree.layer)
            layer += test::raw(digest);
        EXPECT_EQ(layer, content.size() > length ? test::slow_layer(content, length) : "");
    }
}

TEST(StreamHasher, KeepsACoarserTreeOfALargeContent) {
    for (const std::size_t size : {900'000, 16384 * 48, 40'000}) {
        const auto content = test::random_text(size, 3);
        const auto hasher = streamed(content, {.most_nodes = 8});
        ASSERT_TRUE(hasher.tree());
        EXPECT_LE(hasher.tree()->nodes.size(), 16U);
        EXPECT_EQ(test::raw(hasher.tree()->root), test::slow_root(content)) << size;
        const auto tree = tree_of(hasher.tree()->nodes, 1 << 18, hasher.tree()->span);
        EXPECT_EQ(test::raw(tree.root), test::slow_root(content)) << size;
        std::string layer;
        for (const auto& digest : tree.layer)
            layer += test::raw(digest);
        EXPECT_EQ(layer, content.size() > (1 << 18) ? test::slow_layer(content, 1 << 18) : "");
    }
}

TEST(StreamHasher, HasNothingToSayOfAnEmptyContent) {
    EXPECT_FALSE(streamed("", {}).tree());
}

}  // namespace
}  // namespace mirrorseed::torrentgen
