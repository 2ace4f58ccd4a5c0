// What is known of contents before anybody reads them: the maker takes it, and reads the rest.
#pragma once

#include "core/store/catalogue_torrent_hashes.hpp"
#include "torrentgen/content.hpp"
#include "torrentgen/hasher.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::torrentgen {

class KnownHashes {
public:
    virtual ~KnownHashes() = default;
    // The content that a file certainly has, from what it is called and what stat says of it.
    virtual std::optional<Digest> content_of(const std::string& path, const FileFacts& facts) = 0;
    virtual std::optional<ContentTree> tree(const Digest& content) = 0;
    virtual std::optional<ContentPieces> pieces(const Digest& content, Bytes length) = 0;
};

// The pieces that need no reading. In v1 torrents of several files pieces run across files, so those are
// none.
PieceHashes known_pieces(const Torrent& layout, const std::string& folder,
                         const std::vector<FolderContent::Place>& places, KnownHashes& known);

}  // namespace mirrorseed::torrentgen
