// What torrents need to know of a content, kept so that nobody has to read it again.
//
// The leaves of its BEP 52 tree, from which the root and the layer of any piece
// length follow, and its SHA-1 pieces at the lengths that were asked for. They go
// when the content's row goes.
#pragma once

#include "core/digest.hpp"
#include "core/units.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mirrorseed {

class Database;

// Hashes over `span` bytes each: 16 KiB, or a power of two more where there would be too many.
struct ContentTree {
    Bytes span = 0;
    Digest root{};
    std::vector<Digest> nodes{};
    bool operator==(const ContentTree&) const = default;
};

// SHA-1, 20 bytes each. The last piece of a content is short; in hybrids zeros fill it up.
struct ContentPieces {
    Bytes length = 0;
    std::string pieces{};
    std::string padded_last{};
    bool operator==(const ContentPieces&) const = default;
};

class TorrentHashes {
public:
    explicit TorrentHashes(Database& database) : db_(&database) {}

    // Of a content that has a row; what was kept before is replaced.
    void keep(const Digest& content, const ContentTree& hashes);
    void keep(const Digest& content, const ContentPieces& hashes);

    std::optional<ContentTree> tree(const Digest& content);
    std::optional<ContentTree> tree_with_root(const Digest& root);
    std::optional<ContentPieces> pieces(const Digest& content, Bytes length);

private:
    Database* db_;
};

}  // namespace mirrorseed
