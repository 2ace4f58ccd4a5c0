// Which bytes of which files make a piece, and whether given bytes are that piece.
//
// In v1 and hybrid torrents pieces run through all files, pads among them; in v2
// each file begins a piece of its own. Pieces are numbered in the order of files
// either way. The torrent must outlive its map.
#pragma once

#include "torrentgen/torrent.hpp"

#include <vector>

namespace mirrorseed::torrentgen {

struct Slice {
    std::size_t file = 0;  // an index of Torrent::files
    Bytes offset = 0;      // in that file
    Bytes length = 0;
    bool operator==(const Slice&) const = default;
};

class PieceMap {
public:
    explicit PieceMap(const Torrent& torrent);

    std::uint64_t count() const noexcept { return count_; }
    // In order; pads are listed too, empty files are not.
    std::vector<Slice> slices(std::uint64_t piece) const;
    Bytes size(std::uint64_t piece) const;
    // The pieces that hold bytes of the file: [first, last).
    std::pair<std::uint64_t, std::uint64_t> pieces_of(std::size_t file) const;
    // By SHA-1 where the torrent has it, else by the merkle tree. `bytes` is the whole piece, zeros for pads.
    bool matches(std::uint64_t piece, ByteSpan bytes) const;

private:
    bool matches_v2(std::uint64_t piece, ByteSpan bytes) const;

    const Torrent* torrent_;
    std::vector<Bytes> starts_{};  // of each file in the run of bytes that pieces are cut from
    std::uint64_t count_ = 0;
};

}  // namespace mirrorseed::torrentgen
