#include "torrentgen/metainfo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace mirrorseed::torrentgen {
namespace {

using Path = std::vector<std::string>;

// Writes canonical bencoding as it comes; the caller keeps keys in order. A value for each of a hundred
// thousand files would take more memory than all the rest.
class Writer {
public:
    // For the hashes of millions of pieces, which would be in memory twice while a text grows.
    explicit Writer(const Torrent& torrent) {
        auto size = torrent.v1_pieces.size() + 65536;
        for (const auto& [root, layer] : torrent.piece_layers)
            size += layer.size() + 64;
        out_.reserve(size);
    }
    Writer& raw(std::string_view text) {
        out_ += text;
        return *this;
    }
    Writer& string(std::string_view text) {
        fmt::format_to(std::back_inserter(out_), "{}:", text.size());
        out_ += text;
        return *this;
    }
    Writer& integer(std::int64_t value) {
        fmt::format_to(std::back_inserter(out_), "i{}e", value);
        return *this;
    }
    Writer& strings(const std::vector<std::string>& list) {
        raw("l");
        for (const auto& text : list)
            string(text);
        return raw("e");
    }
    // Who keeps many of them keeps no room that nothing stands in.
    std::string take() {
        out_.shrink_to_fit();
        return std::move(out_);
    }

private:
    std::string out_;
};

std::string_view text_of(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size()};
}

void write_attr(Writer& out, const TorrentFile& file) {
    std::string attr;
    if (file.pad) attr += 'p';
    if (file.hidden) attr += 'h';
    if (file.executable) attr += 'x';
    if (file.symlink) attr += 'l';
    if (!attr.empty()) out.string("attr").string(attr);
}

void write_leaf(Writer& out, const TorrentFile& file) {
    out.raw("d").string("").raw("d");
    write_attr(out, file);
    out.string("length").integer(static_cast<std::int64_t>(file.length));
    if (file.root) out.string("pieces root").string(text_of(*file.root));
    if (file.symlink) out.string("symlink path").strings(*file.symlink);
    out.raw("ee");
}

// The files stand in the order of the tree, so folders open and close as the paths go by.
void write_file_tree(Writer& out, const std::vector<TorrentFile>& files) {
    Path open;
    out.raw("d");
    for (const auto& file : files) {
        if (file.pad) continue;
        const auto folders = file.path.size() - 1;
        std::size_t common = 0;
        while (common < std::min(open.size(), folders) && open[common] == file.path[common])
            ++common;
        for (; open.size() > common; open.pop_back())
            out.raw("e");
        for (; open.size() < folders; open.push_back(file.path[open.size()]))
            out.string(file.path[open.size()]).raw("d");
        out.string(file.path.back());
        write_leaf(out, file);
    }
    out.raw(std::string(open.size() + 1, 'e'));
}

void write_file_list(Writer& out, const std::vector<TorrentFile>& files) {
    out.string("files").raw("l");
    for (const auto& file : files) {
        out.raw("d");
        write_attr(out, file);
        out.string("length").integer(static_cast<std::int64_t>(file.length));
        out.string("path").strings(file.path);
        if (file.symlink) out.string("symlink path").strings(*file.symlink);
        out.raw("e");
    }
    out.raw("e");
}

void write_info(Writer& out, const Torrent& torrent) {
    const bool v1 = torrent.format != Format::v2, v2 = torrent.format != Format::v1;
    const bool single = v1 && !torrent.is_folder;
    out.raw("d");
    if (single) write_attr(out, torrent.files.front());
    if (v2) {
        out.string("file tree");
        write_file_tree(out, torrent.files);
    }
    if (v1 && torrent.is_folder) write_file_list(out, torrent.files);
    if (single) out.string("length").integer(static_cast<std::int64_t>(torrent.files.front().length));
    if (v2) out.string("meta version").integer(2);
    out.string("name").string(torrent.name);
    out.string("piece length").integer(static_cast<std::int64_t>(torrent.piece_length));
    if (v1) out.string("pieces").string(torrent.v1_pieces);
    if (torrent.is_private) out.string("private").integer(1);
    if (!torrent.source.empty()) out.string("source").string(torrent.source);
    out.raw("e");
}

void write_trackers(Writer& out, const Torrent& torrent) {
    if (torrent.trackers.empty()) return;
    out.string("announce").string(torrent.trackers.front().front());
    if (torrent.trackers.size() == 1 && torrent.trackers.front().size() == 1) return;
    out.string("announce-list").raw("l");
    for (const auto& tier : torrent.trackers)
        out.strings(tier);
    out.raw("e");
}

void write_nodes(Writer& out, const Torrent& torrent) {
    if (torrent.nodes.empty()) return;
    out.string("nodes").raw("l");
    for (const auto& node : torrent.nodes)
        out.raw("l").string(node.host).integer(node.port).raw("e");
    out.raw("e");
}

void write_layers(Writer& out, const Torrent& torrent) {
    if (torrent.format == Format::v1) return;
    out.string("piece layers").raw("d");
    for (const auto& [root, layer] : torrent.piece_layers)
        out.string(text_of(root)).string(layer);
    out.raw("e");
}

}  // namespace

void add_pads(Torrent& torrent) {
    if (torrent.format != Format::hybrid || torrent.files.size() < 2) return;
    std::vector<TorrentFile> padded;
    for (auto& file : torrent.files) {
        const auto over = file.length % torrent.piece_length;
        padded.push_back(std::move(file));
        if (over == 0) continue;
        const auto pad = torrent.piece_length - over;
        padded.push_back({.path = {".pad", std::to_string(pad)}, .length = pad, .pad = true});
    }
    torrent.files = std::move(padded);
}

std::string info_bytes(const Torrent& torrent) {
    Writer out(torrent);
    write_info(out, torrent);
    return out.take();
}

std::string torrent_bytes(const Torrent& torrent) {
    return torrent_bytes(torrent, info_bytes(torrent));
}

std::string torrent_bytes(const Torrent& torrent, std::string_view info) {
    Writer out(torrent);
    out.raw("d");
    write_trackers(out, torrent);
    if (!torrent.collections.empty()) out.string("collections").strings(torrent.collections);
    if (!torrent.comment.empty()) out.string("comment").string(torrent.comment);
    if (!torrent.created_by.empty()) out.string("created by").string(torrent.created_by);
    if (torrent.creation_date) out.string("creation date").integer(*torrent.creation_date);
    out.string("info").raw(info);
    write_nodes(out, torrent);
    write_layers(out, torrent);
    if (!torrent.similar.empty()) out.string("similar").strings(torrent.similar);
    if (!torrent.web_seeds.empty()) out.string("url-list").strings(torrent.web_seeds);
    out.raw("e");
    return out.take();
}

}  // namespace mirrorseed::torrentgen
