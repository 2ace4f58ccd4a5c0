#include "torrentgen/torrent.hpp"

namespace mirrorseed::torrentgen {

std::string_view name_of(Format format) noexcept {
    switch (format) {
        case Format::v1:
            return "v1";
        case Format::v2:
            return "v2";
        case Format::hybrid:
            break;
    }
    return "hybrid";
}

Bytes Torrent::total_size() const noexcept {
    Bytes total = 0;
    for (const auto& file : files)
        if (!file.pad) total += file.length;
    return total;
}

std::uint64_t Torrent::piece_count() const noexcept {
    if (format != Format::v2) return v1_pieces.size() / 20;
    std::uint64_t pieces = 0;
    for (const auto& file : files)
        pieces += (file.length + piece_length - 1) / piece_length;
    return pieces;
}

}  // namespace mirrorseed::torrentgen
