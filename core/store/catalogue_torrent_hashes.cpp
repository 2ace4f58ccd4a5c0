#include "core/store/catalogue_torrent_hashes.hpp"

#include "core/store/sqlite.hpp"

#include <cstring>

namespace mirrorseed {
namespace {

std::string packed(const std::vector<Digest>& nodes) {
    std::string bytes;
    bytes.reserve(nodes.size() * sizeof(Digest));
    for (const auto& node : nodes)
        bytes.append(reinterpret_cast<const char*>(node.bytes.data()), node.bytes.size());
    return bytes;
}

std::optional<ContentTree> read_tree(Query query) {
    if (!query.next()) return std::nullopt;
    ContentTree hashes{.span = query.count(0), .root = query.digest(1).value()};
    const auto bytes = query.bytes(2);
    hashes.nodes.resize(bytes.size() / sizeof(Digest));
    std::memcpy(hashes.nodes.data(), bytes.data(), hashes.nodes.size() * sizeof(Digest));
    return hashes;
}

}  // namespace

void TorrentHashes::keep(const Digest& content, const ContentTree& hashes) {
    db_->query(
           "insert or replace into content_trees(blob, span, root, nodes) "
           "select id, ?, ?, ? from blobs where digest = ?")
        .bind(hashes.span)
        .bind(hashes.root)
        .bind_bytes(packed(hashes.nodes))
        .bind(content)
        .run();
}

void TorrentHashes::keep(const Digest& content, const ContentPieces& hashes) {
    db_->query(
           "insert or replace into content_pieces(blob, length, pieces, padded_last) "
           "select id, ?, ?, ? from blobs where digest = ?")
        .bind(hashes.length)
        .bind_bytes(hashes.pieces)
        .bind_bytes(hashes.padded_last)
        .bind(content)
        .run();
}

std::optional<ContentTree> TorrentHashes::tree(const Digest& content) {
    auto query = db_->query(
        "select span, root, nodes from content_trees where blob = (select id from blobs where digest = ?)");
    query.bind(content);
    return read_tree(std::move(query));
}

std::optional<ContentTree> TorrentHashes::tree_with_root(const Digest& root) {
    auto query = db_->query("select span, root, nodes from content_trees where root = ?");
    query.bind(root);
    return read_tree(std::move(query));
}

std::optional<ContentPieces> TorrentHashes::pieces(const Digest& content, Bytes length) {
    auto query = db_->query(
        "select pieces, padded_last from content_pieces "
        "where blob = (select id from blobs where digest = ?) and length = ?");
    query.bind(content).bind(length);
    if (!query.next()) return std::nullopt;
    return ContentPieces{length, query.text(0), query.text(1)};
}

}  // namespace mirrorseed
