// From the bytes of a .torrent to what it says.
//
// Takes what libtorrent 2.0 takes and refuses what it refuses, in memory and
// time bounded by the limits; what is odd and harmless is told beside the
// torrent. Stricter than libtorrent where nothing could be used or shown: piece
// layers must hash to their roots, names may not take unbounded memory, and
// there must be an info (a mere "magnet-uri" is none). A fault is one line that
// names what and the byte.
#pragma once

#include "torrentgen/bencode_view.hpp"
#include "torrentgen/torrent.hpp"

namespace mirrorseed::torrentgen {

// What libtorrent loads unless it is told otherwise.
inline constexpr Bytes usual_most_bytes = 10'000'000;
// What its oldest interface still loads; whoever reads a .torrent stops here.
inline constexpr Bytes most_torrent_bytes = 80'000'000;

struct ReadLimits {
    BencodeLimits bencode{};
    std::uint64_t pieces = 0x200000;
    std::size_t name_bytes = std::size_t{256} << 20;
};

struct ReadTorrent {
    Torrent torrent{};
    std::vector<Warning> oddities{};
    std::size_t info_begin = 0, info_end = 0;  // the bytes that the info hashes are made from
};

Result<ReadTorrent> read_torrent(std::string_view bytes, const ReadLimits& limits = {});
Result<Torrent> parse_torrent(std::string_view bytes);

}  // namespace mirrorseed::torrentgen
