#include "torrentgen/piece_map.hpp"

#include "torrentgen/merkle.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace mirrorseed::torrentgen {

PieceMap::PieceMap(const Torrent& torrent) : torrent_(&torrent) {
    Bytes at = 0;
    starts_.reserve(torrent.files.size() + 1);
    for (const auto& file : torrent.files) {
        starts_.push_back(at);
        at += file.length;
        if (torrent.format == Format::v2)
            at += (torrent.piece_length - at % torrent.piece_length) % torrent.piece_length;
    }
    starts_.push_back(at);
    count_ = (at + torrent.piece_length - 1) / torrent.piece_length;
}

std::vector<Slice> PieceMap::slices(std::uint64_t piece) const {
    assert(piece < count_);
    const Bytes begin = piece * torrent_->piece_length;
    const Bytes end = begin + torrent_->piece_length;
    // The last file that starts at or before `begin` may be an empty one; those before it then hold nothing
    // of the piece, as they end where it starts.
    auto file = static_cast<std::size_t>(std::upper_bound(starts_.begin(), starts_.end() - 1, begin) -
                                         starts_.begin()) -
                1;
    std::vector<Slice> found;
    for (; file < torrent_->files.size() && starts_[file] < end; ++file) {
        const Bytes length = torrent_->files[file].length;
        const Bytes from = begin > starts_[file] ? begin - starts_[file] : 0;
        if (from >= length) continue;
        found.push_back({file, from, std::min(length, end - starts_[file]) - from});
    }
    return found;
}

Bytes PieceMap::size(std::uint64_t piece) const {
    Bytes total = 0;
    for (const auto& slice : slices(piece))
        total += slice.length;
    return total;
}

std::pair<std::uint64_t, std::uint64_t> PieceMap::pieces_of(std::size_t file) const {
    const Bytes length = torrent_->files[file].length;
    const auto first = starts_[file] / torrent_->piece_length;
    if (length == 0) return {first, first};
    return {first, (starts_[file] + length - 1) / torrent_->piece_length + 1};
}

bool PieceMap::matches(std::uint64_t piece, ByteSpan bytes) const {
    if (bytes.size() != size(piece)) return false;
    if (torrent_->format == Format::v2) return matches_v2(piece, bytes);
    const auto hash = Sha1::of(bytes);
    return std::memcmp(torrent_->v1_pieces.data() + piece * 20, hash.bytes.data(), 20) == 0;
}

bool PieceMap::matches_v2(std::uint64_t piece, ByteSpan bytes) const {
    const auto slice = slices(piece).front();
    const auto& file = torrent_->files[slice.file];
    if (!file.root) return false;
    if (file.length <= torrent_->piece_length)
        return piece_root(bytes, PieceWidth::own, torrent_->piece_length) == *file.root;
    const auto layer = torrent_->piece_layers.find(*file.root);
    const auto at = slice.offset / torrent_->piece_length * 32;
    if (layer == torrent_->piece_layers.end() || layer->second.size() < at + 32) return false;
    const auto root = piece_root(bytes, PieceWidth::full, torrent_->piece_length);
    return std::memcmp(layer->second.data() + at, root.bytes.data(), 32) == 0;
}

}  // namespace mirrorseed::torrentgen
