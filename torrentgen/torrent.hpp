// What a torrent says, whoever made it: the one value between its bytes and everything else.
//
// parse_torrent() makes it from a file, torrent_bytes() (torrentgen/metainfo.hpp)
// makes a file of it. Names stand here exactly as the torrent spells them, unsafe
// ones too, so that `show` can tell of them; whoever opens files goes through
// RelPath and refuses those.
#pragma once

#include "core/sha1.hpp"
#include "core/units.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::torrentgen {

enum class Format { v1, v2, hybrid };
std::string_view name_of(Format format) noexcept;

// BEP 52's block, the leaf of its trees; also the smallest piece.
inline constexpr Bytes block_size = 16 * 1024;

// Something a person should know about a torrent that works all the same.
struct Warning {
    std::string code;  // for programs: "unsafe-name"
    std::string text;  // for people, one line, escaped
    bool operator==(const Warning&) const = default;
};

struct TorrentFile {
    std::vector<std::string> path{};  // below the torrent's folder; for a single file, its name alone
    Bytes length = 0;
    std::optional<Digest> root{};  // BEP 52's pieces root; none for empty files, pads, links and in v1
    bool pad = false;              // BEP 47: zeros that nobody stores
    bool executable = false;
    bool hidden = false;
    std::optional<std::vector<std::string>> symlink{};  // the target's parts, from the torrent's folder

    bool operator==(const TorrentFile&) const = default;
};

struct Node {
    std::string host{};
    std::uint16_t port = 0;
    bool operator==(const Node&) const = default;
};

struct Torrent {
    Format format = Format::v1;
    std::string name{};
    bool is_folder = false;
    Bytes piece_length = 0;
    std::vector<TorrentFile> files{};  // in the order of their pieces; pads among them
    std::string v1_pieces{};           // 20 bytes for each piece; empty in v2
    std::map<Digest, std::string>
        piece_layers{};  // by root, 32 bytes for each piece; only files beyond one piece

    // In info.
    bool is_private = false;
    std::string source{};
    std::vector<std::string> similar{};  // 20 raw bytes each (BEP 38)
    std::vector<std::string> collections{};

    // Outside of info.
    std::vector<std::vector<std::string>> trackers{};  // tiers
    std::vector<std::string> web_seeds{};              // BEP 19
    std::vector<std::string> http_seeds{};             // BEP 17, which we read and never write
    std::vector<Node> nodes{};
    std::string comment{};
    std::string created_by{};
    std::optional<std::int64_t> creation_date{};

    std::optional<Sha1Hash> info_hash_v1{};
    std::optional<Digest> info_hash_v2{};

    Bytes total_size() const noexcept;  // without pads
    std::uint64_t piece_count() const noexcept;
};

}  // namespace mirrorseed::torrentgen
