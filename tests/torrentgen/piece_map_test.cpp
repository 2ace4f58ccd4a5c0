#include "torrentgen/piece_map.hpp"

#include "tests/support/printers.hpp"
#include "tests/torrentgen/slow_torrent.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mirrorseed::torrentgen {

void PrintTo(const Slice& slice, std::ostream* out) {
    *out << "file " << slice.file << " from " << slice.offset << ", " << slice.length << " bytes";
}

namespace {

Torrent with_lengths(Format format, Bytes piece_length, const std::vector<Bytes>& lengths) {
    Torrent torrent{.format = format, .piece_length = piece_length};
    for (const auto length : lengths)
        torrent.files.push_back({.path = {"f"}, .length = length});
    return torrent;
}

// Byte by byte: (file, offset) of every byte of every piece.
std::vector<std::vector<std::pair<std::size_t, Bytes>>> slow_map(const Torrent& torrent) {
    std::vector<std::vector<std::pair<std::size_t, Bytes>>> pieces;
    for (std::size_t file = 0; file < torrent.files.size(); ++file) {
        for (Bytes at = 0; at < torrent.files[file].length; ++at) {
            const bool fresh = pieces.empty() || pieces.back().size() == torrent.piece_length ||
                               (torrent.format == Format::v2 && at == 0);
            if (fresh) pieces.emplace_back();
            pieces.back().emplace_back(file, at);
        }
    }
    return pieces;
}

TEST(PieceMap, AgreesWithAByteByByteMapOnRandomFiles) {
    std::mt19937 random(1);
    for (int round = 0; round < 300; ++round) {
        std::vector<Bytes> lengths(1 + random() % 8);
        for (auto& length : lengths)
            length = random() % 3 == 0 ? 0 : random() % 40;
        const auto torrent =
            with_lengths(round % 2 == 0 ? Format::v1 : Format::v2, 1 + random() % 16, lengths);
        const auto expected = slow_map(torrent);
        const PieceMap map(torrent);
        ASSERT_EQ(map.count(), expected.size());
        for (std::uint64_t piece = 0; piece < map.count(); ++piece) {
            std::vector<std::pair<std::size_t, Bytes>> bytes;
            for (const auto& slice : map.slices(piece))
                for (Bytes i = 0; i < slice.length; ++i)
                    bytes.emplace_back(slice.file, slice.offset + i);
            EXPECT_EQ(bytes, expected[piece]) << "piece " << piece;
            EXPECT_EQ(map.size(piece), bytes.size());
        }
        for (std::size_t file = 0; file < lengths.size(); ++file) {
            const auto [first, last] = map.pieces_of(file);
            for (std::uint64_t piece = 0; piece < map.count(); ++piece) {
                const bool has = std::ranges::any_of(expected[piece],
                                                     [&](const auto& byte) { return byte.first == file; });
                EXPECT_EQ(has, piece >= first && piece < last) << "file " << file << " piece " << piece;
            }
        }
    }
}

TEST(PieceMap, ListsPadsAndLeavesOutEmptyFiles) {
    auto torrent = with_lengths(Format::hybrid, 16, {10, 6, 0, 5});
    torrent.files[1].pad = true;
    const PieceMap map(torrent);
    EXPECT_EQ(map.slices(0), (std::vector<Slice>{{0, 0, 10}, {1, 0, 6}}));
    EXPECT_EQ(map.slices(1), (std::vector<Slice>{{3, 0, 5}}));
}

TEST(PieceMap, KnowsAPieceBySha1) {
    auto torrent = with_lengths(Format::v1, 4, {6});
    torrent.v1_pieces = test::slow_pieces("abcdef", 4);
    const PieceMap map(torrent);
    EXPECT_TRUE(map.matches(0, as_bytes("abcd")));
    EXPECT_TRUE(map.matches(1, as_bytes("ef")));
    EXPECT_FALSE(map.matches(0, as_bytes("abcx")));
    EXPECT_FALSE(map.matches(1, as_bytes("efg")));
}

TEST(PieceMap, KnowsAPieceByItsTree) {
    const auto small = test::random_text(20'000, 1), big = test::random_text(100'000, 2);
    auto torrent = with_lengths(Format::v2, 32768, {small.size(), big.size()});
    const auto root_of = [](const std::string& content) {
        Digest root;
        std::ranges::copy(test::slow_root(content), root.bytes.begin());
        return root;
    };
    torrent.files[0].root = root_of(small);
    torrent.files[1].root = root_of(big);
    torrent.piece_layers[*torrent.files[1].root] = test::slow_layer(big, 32768);
    const PieceMap map(torrent);
    ASSERT_EQ(map.count(), 5U);
    EXPECT_TRUE(map.matches(0, as_bytes(small)));
    EXPECT_TRUE(map.matches(4, as_bytes(std::string_view(big).substr(3 * 32768))));
    auto wrong = small;
    wrong[19'999] ^= 1;
    EXPECT_FALSE(map.matches(0, as_bytes(wrong)));
    EXPECT_FALSE(map.matches(2, as_bytes(std::string_view(big).substr(0, 32768))));
}

}  // namespace
}  // namespace mirrorseed::torrentgen
