#include "torrentgen/read_layers.hpp"

#include "torrentgen/merkle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace mirrorseed::torrentgen {
namespace {

constexpr std::size_t hash_size = 32;

Digest digest_from(std::string_view bytes) {
    Digest digest;
    std::ranges::copy(as_bytes(bytes), digest.bytes.begin());
    return digest;
}

Result<std::map<Digest, BencodeNode>> layers_by_root(const BencodeNode& layers) {
    std::map<Digest, BencodeNode> known;
    for (const auto member : layers.members()) {
        const auto hashes = member.value.text();
        if (member.key.size() != hash_size || !hashes || hashes->size() % hash_size != 0)
            return fault_at(member.begin, "a piece layer has no root or is no list of hashes");
        known.emplace(digest_from(member.key), member.value);
    }
    return known;
}

Status take_layer(const TorrentFile& file, const BencodeNode& node, Torrent& into) {
    const auto hashes = node.text().value_or("");
    const auto pieces = (file.length + into.piece_length - 1) / into.piece_length;
    if (hashes.size() != pieces * hash_size)
        return fault_at(node.begin(),
                        fmt::format("a piece layer has {} bytes for {} pieces", hashes.size(), pieces));
    if (into.piece_layers.contains(*file.root)) return {};
    std::vector<Digest> layer;
    layer.reserve(static_cast<std::size_t>(pieces));
    for (std::size_t at = 0; at < hashes.size(); at += hash_size)
        layer.push_back(digest_from(hashes.substr(at, hash_size)));
    if (root_of_layer(layer, into.piece_length) != *file.root)
        return fault_at(node.begin(), "a piece layer does not hash to its root");
    into.piece_layers.emplace(*file.root, hashes);
    return {};
}

}  // namespace

Status take_layers(const BencodeNode& layers, Torrent& into, Oddities& oddities) {
    const auto known = layers_by_root(layers);
    if (!known) return known.error();
    for (const auto& file : into.files) {
        if (!file.root || file.length <= into.piece_length) continue;
        const auto found = known->find(*file.root);
        if (found == known->end())
            oddities.note("missing-piece-layer",
                          "a piece layer is missing, so clients must get it from peers");
        else if (auto taken = take_layer(file, found->second, into); !taken)
            return taken;
    }
    if (into.piece_layers.size() < known->size())
        oddities.note("unknown-piece-layer", "it has piece layers that none of its files need");
    return {};
}

}  // namespace mirrorseed::torrentgen
