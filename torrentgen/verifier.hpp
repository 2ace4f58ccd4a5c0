// Is what lies at a place what a torrent says?
//
// Every piece is hashed, by all the hashes that the torrent has. Names that could
// leave the place are refused before anything is opened, and no symbolic link below
// it is followed. A v1 piece that is wrong accuses every file it runs through; in
// v2 and hybrid torrents it is of one file, and where the hashes of its 16 KiB
// blocks are known the damage is told block by block.
#pragma once

#include "core/progress.hpp"
#include "torrentgen/sha_lanes.hpp"
#include "torrentgen/torrent.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::torrentgen {

enum class FileState { good, bad, missing, too_short, too_long };
std::string_view name_of(FileState state) noexcept;  // as `torrent verify --json` says it

struct ByteRange {
    Bytes offset = 0, length = 0;
    bool operator==(const ByteRange&) const = default;
};

struct VerifiedFile {
    std::string path{};
    FileState state = FileState::good;
    std::vector<ByteRange> damaged{};  // in order; whole pieces, or blocks where those are known
    Bytes unverified = 0;              // in pieces whose other files are missing
    std::string reason{};              // beyond what the state says
};

struct Verified {
    std::uint64_t good = 0;
    std::vector<std::uint64_t> bad{}, missing{};  // pieces
    std::vector<VerifiedFile> files{};            // pads left out
    bool all_good() const;
};

// The hashes of a file's blocks by its root, where somebody has kept them.
using KnownBlocks = std::function<std::optional<std::vector<Digest>>(const Digest& root)>;

struct VerifyOptions {
    unsigned threads = 0;
    KnownBlocks known_blocks{};
};

// `path` is the file or folder itself; for a torrent of one file, the folder that holds it will do.
Result<Verified> verify_torrent(const Torrent& torrent, const std::string& path, const VerifyOptions& options,
                                const ShaLanes& lanes, Progress& progress);

}  // namespace mirrorseed::torrentgen
