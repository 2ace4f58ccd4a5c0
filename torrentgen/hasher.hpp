// From the bytes of a torrent's files to the hashes of its pieces, each byte read once.
//
// Several threads take batches of neighbouring pieces. Within a batch all pieces go
// forward side by side, a window of each at a time, so that the lanes of the
// vector unit are full and what was read is hashed, by SHA-1 and SHA-256 where
// both are wanted, while it is still in the processor's cache. The answer does not
// depend on the number of threads or lanes.
#pragma once

#include "core/progress.hpp"
#include "torrentgen/content.hpp"
#include "torrentgen/sha_lanes.hpp"
#include "torrentgen/torrent.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mirrorseed::torrentgen {

struct HashOptions {
    unsigned threads = 0;  // 0: one for each core
    // Whether a file that cannot be read, or changes, ends it all or only spoils its pieces.
    enum class OnTrouble { stop, go_on } on_trouble = OnTrouble::stop;
};

enum class PieceState : std::uint8_t {
    missing,  // not all of its bytes are there
    hashed,
    unreadable,
};

struct PieceHashes {
    std::vector<PieceState> states{};
    std::string v1{};          // 20 bytes for each piece; empty unless the format has them
    std::vector<Digest> v2{};  // the root over each piece; empty unless the format has them
    std::vector<std::pair<std::size_t, Error>> troubles{};  // by file, in order, where it went on
};

// Of `layout` are used the format, the piece length and the files' lengths and pads. Pieces that `known` has
// as hashed are not read.
Result<PieceHashes> hash_pieces(const Torrent& layout, const Content& content, const ShaLanes& lanes,
                                const HashOptions& options, Progress& progress, PieceHashes known = {});

// No piece is hashed, and there is room for all of them.
PieceHashes nothing_hashed(const Torrent& layout);

// Puts them into the torrent: pieces, roots and layers. Every piece must be hashed.
void take_hashes(Torrent& torrent, PieceHashes hashes);

}  // namespace mirrorseed::torrentgen
