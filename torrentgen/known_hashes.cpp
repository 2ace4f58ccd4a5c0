#include "torrentgen/known_hashes.hpp"

#include "torrentgen/merkle.hpp"
#include "torrentgen/piece_map.hpp"

#include <algorithm>
#include <cstring>

namespace mirrorseed::torrentgen {
namespace {

// One file's part of the hashes.
class FilePieces {
public:
    FilePieces(const Torrent& layout, const PieceMap& map, std::size_t file, PieceHashes& hashes)
        : layout_(layout),
          file_(file),
          first_(map.pieces_of(file).first),
          count_(map.pieces_of(file).second - first_),
          hashes_(hashes) {}

    bool take(const std::optional<ContentTree>& tree) {
        if (!tree || tree->nodes.empty() || tree->span > layout_.piece_length) return false;
        const auto found = tree_of(tree->nodes, layout_.piece_length, tree->span);
        const auto to = hashes_.v2.begin() + static_cast<std::ptrdiff_t>(first_);
        if (found.layer.empty() && count_ == 1)
            *to = found.root;
        else if (found.layer.size() == count_)
            std::ranges::copy(found.layer, to);
        else
            return false;
        return true;
    }

    bool take(const std::optional<ContentPieces>& pieces) {
        if (!pieces || pieces->pieces.size() != count_ * 20) return false;
        auto* to = hashes_.v1.data() + first_ * 20;
        std::memcpy(to, pieces->pieces.data(), pieces->pieces.size());
        const bool padded = file_ + 1 < layout_.files.size() && layout_.files[file_ + 1].pad;
        if (padded && pieces->padded_last.size() != 20) return false;
        if (padded) std::memcpy(to + (count_ - 1) * 20, pieces->padded_last.data(), 20);
        return true;
    }

    void mark() {
        std::fill_n(hashes_.states.begin() + static_cast<std::ptrdiff_t>(first_), count_, PieceState::hashed);
    }

private:
    const Torrent& layout_;
    std::size_t file_;
    std::uint64_t first_, count_;
    PieceHashes& hashes_;
};

}  // namespace

PieceHashes known_pieces(const Torrent& layout, const ContentOf& content_of, KnownContents& known) {
    auto hashes = nothing_hashed(layout);
    if (layout.format == Format::v1 && layout.files.size() > 1) return hashes;
    const PieceMap map(layout);
    for (std::size_t i = 0; i < layout.files.size(); ++i) {
        if (layout.files[i].pad || layout.files[i].length == 0) continue;
        const auto content = content_of(i);
        if (!content) continue;
        FilePieces pieces(layout, map, i, hashes);
        const bool v2 = layout.format == Format::v1 || pieces.take(known.tree(*content));
        const bool v1 =
            layout.format == Format::v2 || pieces.take(known.pieces(*content, layout.piece_length));
        if (v1 && v2) pieces.mark();
    }
    return hashes;
}

}  // namespace mirrorseed::torrentgen
