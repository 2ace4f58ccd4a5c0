#include "torrentgen/piece_length.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <random>

namespace mirrorseed::torrentgen {
namespace {

constexpr Bytes KiB = 1024, MiB = 1024 * KiB, GiB = 1024 * MiB, TiB = 1024 * GiB;

std::vector<TorrentFile> files_of(const std::vector<Bytes>& lengths) {
    std::vector<TorrentFile> files;
    for (const auto length : lengths)
        files.push_back({.path = {"f"}, .length = length});
    return files;
}

TEST(PieceLength, GivesOneToTwoThousandPiecesUpToSixteenMiB) {
    const std::pair<Bytes, Bytes> table[] = {
        {1, 16 * KiB},        {16 * MiB, 16 * KiB},  {700 * MiB, 512 * KiB},
        {GiB, MiB},           {4 * GiB, 4 * MiB},    {10 * GiB, 8 * MiB},
        {31 * GiB, 16 * MiB}, {100 * GiB, 16 * MiB}, {500 * GiB, 16 * MiB}};
    for (const auto& [size, length] : table)
        for (const auto format : {Format::v1, Format::v2, Format::hybrid})
            EXPECT_EQ(choose_piece_length(format, files_of({size})), length) << size;
}

TEST(PieceLength, KeepsATorrentOfFiveHundredGiBBelowTwoMegabytes) {
    for (const auto size : {500 * GiB, 320 * GiB}) {
        const auto pieces = size / choose_piece_length(Format::hybrid, files_of({size}));
        EXPECT_LE(pieces * 52, 2'000'000U);
    }
}

TEST(PieceLength, GoesBeyondSixteenMiBOnlyForWhatClientsCouldNotLoad) {
    const auto files = files_of({10 * TiB});
    const auto length = choose_piece_length(Format::hybrid, files);
    EXPECT_GT(length, 16 * MiB);
    EXPECT_LE(10 * TiB / length, most_loadable_pieces);
    EXPECT_LE(10 * TiB / length * 52, most_loadable_bytes);
    EXPECT_EQ(choose_piece_length(Format::v1, files_of({TiB})), 16 * MiB);
}

TEST(PieceLength, IsSmallerWherePadsWouldWaste) {
    // 1,000 files of 300 KiB: pieces of 256 KiB would be a third zeros.
    const std::vector<Bytes> lengths(1000, 300 * KiB);
    const auto files = files_of(lengths);
    EXPECT_EQ(choose_piece_length(Format::v1, files), 256 * KiB);
    const auto hybrid = choose_piece_length(Format::hybrid, files);
    EXPECT_LE(pad_bytes(files, hybrid) * 20, 1000 * 300 * KiB);
    EXPECT_EQ(hybrid, 16 * KiB);
}

TEST(PieceLength, CountsNoPadsForASingleFile) {
    EXPECT_EQ(pad_bytes(files_of({5}), 16 * KiB), 0U);
    EXPECT_EQ(pad_bytes(files_of({5, 0, 16 * KiB}), 16 * KiB), 16 * KiB - 5);
}

TEST(PieceLength, IsAlwaysAPowerOfTwoThatClientsLoad) {
    std::mt19937_64 random(1);
    for (int round = 0; round < 500; ++round) {
        std::vector<Bytes> lengths(1 + random() % 30);
        for (auto& length : lengths)
            length = random() >> (20 + random() % 40);
        for (const auto format : {Format::v1, Format::v2, Format::hybrid}) {
            const auto length = choose_piece_length(format, files_of(lengths));
            EXPECT_TRUE(std::has_single_bit(length));
            EXPECT_GE(length, block_size);
            EXPECT_LE(length, longest_piece);
        }
    }
}

}  // namespace
}  // namespace mirrorseed::torrentgen
