// What is known of contents before anybody reads them: the maker takes it, and reads the rest.
#pragma once

#include "core/store/catalogue_torrent_hashes.hpp"
#include "torrentgen/content.hpp"
#include "torrentgen/hasher.hpp"

#include <functional>
#include <optional>
#include <string>

namespace mirrorseed::torrentgen {

class KnownContents {
public:
    virtual ~KnownContents() = default;
    virtual std::optional<ContentTree> tree(const Digest& content) = 0;
    virtual std::optional<ContentPieces> pieces(const Digest& content, Bytes length) = 0;
};

class KnownHashes : public KnownContents {
public:
    // The content that a file certainly has, from what it is called and what stat says of it.
    virtual std::optional<Digest> content_of(const std::string& path, const FileFacts& facts) = 0;
};

// The content of a file of the layout, by its place there, where it is known for certain.
using ContentOf = std::function<std::optional<Digest>(std::size_t file)>;

// The pieces that need no reading. In v1 torrents of several files pieces run across files, so those are
// none.
PieceHashes known_pieces(const Torrent& layout, const ContentOf& content_of, KnownContents& known);

}  // namespace mirrorseed::torrentgen
