// Whether the v1 and the v2 half of a hybrid describe the same files, and what they come to together.
//
// For read_torrent() and its helpers alone.
#pragma once

#include "torrentgen/read_files.hpp"

namespace mirrorseed::torrentgen {

// BEP 47: zeros that bring the next file to the beginning of a piece.
TorrentFile pad_of(Bytes length);

// The v2 files with the pads that v1 needs between them, when the v1 half says the same: the same names,
// lengths and places of everything that holds bytes. A last pad may be missing, as in libtorrent, also where
// empty files come behind it. `offset` is told in the fault.
Result<std::vector<TorrentFile>> join_halves(const FileList& v1, const FileList& v2, Bytes piece_length,
                                             std::size_t offset);

}  // namespace mirrorseed::torrentgen
