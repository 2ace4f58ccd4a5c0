// What BEP 3, 47 and 52 say a torrent's hashes are, done slowly and without looking at ours.
#pragma once

#include "core/sha1.hpp"
#include "torrentgen/torrent.hpp"

#include <random>
#include <string>
#include <vector>

namespace mirrorseed::torrentgen::test {

inline std::string random_text(std::size_t size, std::mt19937::result_type seed) {
    std::mt19937 random(seed);
    std::string text(size, '\0');
    for (auto& byte : text)
        byte = static_cast<char>(random());
    return text;
}

// SHA-1 over every piece_length bytes of everything joined.
inline std::string slow_pieces(const std::string& joined, std::size_t piece_length) {
    std::string pieces;
    for (std::size_t at = 0; at < joined.size(); at += piece_length) {
        const auto hash = Sha1::of(as_bytes(std::string_view(joined).substr(at, piece_length)));
        pieces.append(hash.bytes.begin(), hash.bytes.end());
    }
    return pieces;
}

inline std::string raw(const Digest& digest) {
    return {digest.bytes.begin(), digest.bytes.end()};
}

// The hash of the subtree that covers [first, first + width) leaves of a file.
inline std::string slow_subtree(const std::string& content, std::size_t first, std::size_t width) {
    constexpr std::size_t block = 16384;
    if (width == 1) {
        if (first * block >= content.size()) return std::string(32, '\0');
        return raw(Sha256::of(as_bytes(std::string_view(content).substr(first * block, block))));
    }
    const auto both =
        slow_subtree(content, first, width / 2) + slow_subtree(content, first + width / 2, width / 2);
    return raw(Sha256::of(as_bytes(both)));
}

inline std::size_t slow_leaves(const std::string& content) {
    std::size_t leaves = 1;
    while (leaves * 16384 < content.size())
        leaves *= 2;
    return leaves;
}

// Of a file that is not empty.
inline std::string slow_root(const std::string& content) {
    return slow_subtree(content, 0, slow_leaves(content));
}

inline std::string slow_layer(const std::string& content, std::size_t piece_length) {
    std::string layer;
    for (std::size_t at = 0; at < content.size(); at += piece_length)
        layer += slow_subtree(content, at / 16384, piece_length / 16384);
    return layer;
}

}  // namespace mirrorseed::torrentgen::test
