// How long a torrent's pieces should be.
//
// A power of two from 16 KiB, with 1,000 to 2,000 pieces until 16 MiB is reached;
// smaller where a hybrid's pads would waste more than a twentieth; larger than
// 16 MiB only for what clients could not load otherwise.
#pragma once

#include "torrentgen/torrent.hpp"

#include <span>

namespace mirrorseed::torrentgen {

// libtorrent loads nothing beyond these.
inline constexpr std::uint64_t most_loadable_pieces = 2'097'152;
inline constexpr Bytes most_loadable_bytes = 10'000'000;
inline constexpr Bytes longest_piece = Bytes{128} << 20;

Bytes choose_piece_length(Format format, std::span<const TorrentFile> files);

// The zeros that a hybrid of these files has at this piece length.
Bytes pad_bytes(std::span<const TorrentFile> files, Bytes piece_length);

}  // namespace mirrorseed::torrentgen
