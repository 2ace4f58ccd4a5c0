#include "torrentgen/magnet.hpp"

#include "core/text.hpp"

namespace mirrorseed::torrentgen {
namespace {

// '/' may stand in a query, but some clients cut there.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : percent_encode_path(text))
        if (c == '/')
            out += "%2F";
        else
            out += c;
    return out;
}

// Clients look for the bare colon and brackets, and libtorrent decodes neither.
std::string escaped_peer(std::string_view peer) {
    constexpr std::string_view bare = ":[]";
    std::string out;
    for (const char c : peer)
        out += bare.find(c) != bare.npos ? std::string(1, c) : escaped(std::string_view(&c, 1));
    return out;
}

}  // namespace

std::string magnet_link(const Torrent& torrent, const MagnetExtras& extras) {
    std::string link = "magnet:";
    const auto add = [&](std::string_view key, std::string_view value) {
        link += link.back() == ':' ? '?' : '&';
        link.append(key).append(1, '=').append(value);
    };
    if (torrent.info_hash_v1) add("xt", "urn:btih:" + torrent.info_hash_v1->hex());
    // A multihash: SHA-256 (0x12) of 32 (0x20) bytes.
    if (torrent.info_hash_v2) add("xt", "urn:btmh:1220" + torrent.info_hash_v2->hex());
    if (!torrent.name.empty()) add("dn", escaped(torrent.name));
    for (const auto& tier : torrent.trackers)
        for (const auto& url : tier)
            add("tr", escaped(url));
    for (const auto& url : torrent.web_seeds)
        add("ws", escaped(url));
    for (const auto& url : extras.torrent_urls)
        add("xs", escaped(url));
    for (const auto& peer : extras.peers)
        add("x.pe", escaped_peer(peer));
    if (!extras.selected_files.empty()) add("so", extras.selected_files);
    return link;
}

}  // namespace mirrorseed::torrentgen
