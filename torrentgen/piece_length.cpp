#include "torrentgen/piece_length.hpp"

namespace mirrorseed::torrentgen {
namespace {

constexpr std::uint64_t most_pieces_wanted = 2000;
constexpr Bytes longest_wanted = Bytes{16} << 20;
constexpr Bytes most_hash_bytes = 2'000'000;

struct Sizes {
    std::uint64_t pieces = 0;
    Bytes hashes = 0;  // in the torrent
};

Sizes sizes_at(Format format, std::span<const TorrentFile> files, Bytes piece_length) {
    Sizes sizes;
    Bytes total = 0;
    std::uint64_t by_file = 0, in_layers = 0;
    for (const auto& file : files) {
        const auto pieces = (file.length + piece_length - 1) / piece_length;
        total += file.length;
        by_file += pieces;
        if (pieces > 1) in_layers += pieces;
    }
    sizes.pieces = format == Format::v1 ? (total + piece_length - 1) / piece_length : by_file;
    if (format != Format::v2) sizes.hashes += sizes.pieces * 20;
    if (format != Format::v1) sizes.hashes += in_layers * 32;
    return sizes;
}

bool wasteful(std::span<const TorrentFile> files, Bytes piece_length) {
    Bytes total = 0;
    for (const auto& file : files)
        total += file.length;
    return pad_bytes(files, piece_length) * 20 > total;
}

}  // namespace

Bytes pad_bytes(std::span<const TorrentFile> files, Bytes piece_length) {
    if (files.size() < 2) return 0;
    Bytes pads = 0;
    for (const auto& file : files)
        pads += (piece_length - file.length % piece_length) % piece_length;
    return pads;
}

Bytes choose_piece_length(Format format, std::span<const TorrentFile> files) {
    const auto fits = [&](Bytes length, Bytes most_hashes) {
        return sizes_at(format, files, length).hashes <= most_hashes;
    };
    Bytes total = 0;
    for (const auto& file : files)
        total += file.length;
    Bytes length = block_size;
    while (length < longest_wanted && (total + length - 1) / length > most_pieces_wanted)
        length *= 2;
    // A piece is shorter than it might be rather than mostly padding.
    while (format == Format::hybrid && length > block_size && wasteful(files, length) &&
           fits(length / 2, most_hash_bytes))
        length /= 2;
    const auto loadable = [&] {
        return fits(length, most_loadable_bytes - 2'000'000) &&
               sizes_at(format, files, length).pieces <= most_loadable_pieces;
    };
    while (length < longest_piece && !loadable())
        length *= 2;
    return length;
}

}  // namespace mirrorseed::torrentgen
