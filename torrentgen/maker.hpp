// Makes a torrent of what lies at a place: scan, choose the piece length, hash. Its parts are for those who
// have names, lengths and hashes from elsewhere.
#pragma once

#include "core/progress.hpp"
#include "torrentgen/hasher.hpp"
#include "torrentgen/known_hashes.hpp"
#include "torrentgen/scan.hpp"
#include "torrentgen/torrent.hpp"

#include <optional>
#include <string>

namespace mirrorseed::torrentgen {

struct MakeOptions {
    Format format = Format::v1;
    std::optional<Bytes> piece_length{};  // nothing: chosen
    std::optional<std::string> name{};    // nothing: the place's own
    bool date_of_newest_file = false;
    ScanOptions scan{};
    unsigned threads = 0;
    KnownHashes* known = nullptr;  // nobody knows anything
};

struct Made {
    Torrent torrent{};
    std::string bytes{};
};

// `said` holds what is not found at the place: trackers, web seeds, comment, private and so on.
Result<Made> make_torrent(const std::string& path, const Torrent& said, const MakeOptions& options,
                          const ShaLanes& lanes, Progress& progress);

// Gives names, lengths and a format the rest that decides which bytes make a piece: the piece length
// (nothing: chosen) and pads. An error where no client would load what comes of it; `place` is what that
// calls it.
Status lay_out(Torrent& torrent, std::optional<Bytes> piece_length, const std::string& place);

// All pieces are hashed; `layout` says what is not found in contents.
Made finish_torrent(Torrent layout, PieceHashes hashes);

}  // namespace mirrorseed::torrentgen
