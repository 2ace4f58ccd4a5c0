// Words for tests of torrents: what a torrent is bencoded as, and how a faulty one is told.
#pragma once

#include "torrentgen/bencode.hpp"
#include "torrentgen/torrent.hpp"

#include <ostream>
#include <string>
#include <vector>

namespace mirrorseed::torrentgen {

inline std::ostream& operator<<(std::ostream& out, const Warning& warning) {
    return out << warning.code << " \"" << warning.text << '"';
}

using Dictionary = BencodedDictionary;

inline Bencoded text(std::string value) {
    return {std::move(value)};
}
inline Bencoded number(std::int64_t value) {
    return {value};
}
inline Bencoded list(const std::vector<std::string>& texts) {
    BencodedList out;
    for (const auto& one : texts)
        out.push_back(text(one));
    return {std::move(out)};
}
inline Bencoded file(const std::vector<std::string>& path, std::int64_t length,
                     const std::string& attributes = "") {
    Dictionary entry{{"length", number(length)}, {"path", list(path)}};
    if (!attributes.empty()) entry["attr"] = text(attributes);
    return {std::move(entry)};
}
inline Bencoded leaf(std::int64_t length, const std::string& root = std::string(32, 'r')) {
    Dictionary inner{{"length", number(length)}};
    if (length > 0) inner["pieces root"] = text(root);
    return {Dictionary{{"", {std::move(inner)}}}};
}

// A single file of five bytes, in each format.
inline Dictionary v1_info() {
    return {{"length", number(5)},
            {"name", text("f")},
            {"piece length", number(16384)},
            {"pieces", text(std::string(20, 'h'))}};
}
inline Dictionary v2_info() {
    return {{"file tree", {Dictionary{{"f", leaf(5)}}}},
            {"meta version", number(2)},
            {"name", text("f")},
            {"piece length", number(16384)}};
}
inline Dictionary hybrid_info() {
    auto info = v2_info();
    info.merge(v1_info());
    return info;
}

inline std::string torrent_of(Dictionary info, Dictionary outer = {}) {
    outer["info"] = {std::move(info)};
    return encode_bencoded({std::move(outer)});
}

}  // namespace mirrorseed::torrentgen
