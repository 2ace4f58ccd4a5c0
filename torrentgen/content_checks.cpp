#include "core/rel_path.hpp"
#include "core/text.hpp"
#include "torrentgen/warnings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <utility>
#include <vector>

namespace mirrorseed::torrentgen {
namespace {

using Text = std::optional<std::string>;

constexpr std::size_t longest_part = 255;
constexpr std::size_t longest_path = 4095;
constexpr double most_pads = 0.05;
constexpr std::uint64_t most_pieces = 20'000;  // 400 kB of SHA-1 hashes
constexpr Bytes largest_piece = 16 << 20;      // what older clients still load

std::string path_of(const TorrentFile& file) {
    return fmt::format("{}", fmt::join(file.path, "/"));
}

// The first name that is bad, be it the torrent's or a part of a path. Pads are never stored.
Text first_name(const Torrent& torrent, const std::function<bool(std::string_view)>& is_bad) {
    if (is_bad(torrent.name)) return torrent.name;
    for (const auto& file : torrent.files)
        if (const auto part = std::ranges::find_if(file.path, is_bad); !file.pad && part != file.path.end())
            return *part;
    return std::nullopt;
}

Text about(const Text& name, std::string_view what) {
    if (!name) return std::nullopt;
    return fmt::format("the name {} {}", in_quotes(*name), what);
}

bool has_control(std::string_view text) {
    return std::ranges::any_of(text,
                               [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

Text unsafe_name(const Torrent& torrent) {
    const auto is_bad = [](std::string_view name) {
        return has_control(name) || name == "." || name == ".." || name.empty() ||
               name.find_first_of(std::string_view("/\0", 2)) != name.npos;
    };
    return about(first_name(torrent, is_bad),
                 "would leave its folder or steer a terminal, and is never stored");
}

Text long_name(const Torrent& torrent) {
    const auto is_bad = [](std::string_view name) { return name.size() > longest_part; };
    if (auto text = about(first_name(torrent, is_bad), "is too long for a file system")) return text;
    for (const auto& file : torrent.files)
        if (const auto path = path_of(file); path.size() > longest_path)
            return about(path, "is too long for a path");
    return std::nullopt;
}

// Transmission 4 and WebTorrent put these into the URLs of web seeds as they are.
Text url_breaking_name(const Torrent& torrent) {
    const auto is_bad = [](std::string_view name) { return name.find_first_of("#?%\\") != name.npos; };
    return about(first_name(torrent, is_bad),
                 "has one of # ? % \\, which some clients do not escape for web seeds");
}

Text no_utf8_name(const Torrent& torrent) {
    return about(first_name(torrent, [](std::string_view name) { return !is_utf8(name); }),
                 "is no UTF-8, and clients will store it as different things");
}

Text windows_name(const Torrent& torrent) {
    static constexpr std::array<std::string_view, 4> devices{"con", "prn", "aux", "nul"};
    const auto is_bad = [](std::string_view name) {
        const auto stem = lowered(name.substr(0, name.find('.')));
        const bool numbered = stem.size() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")) &&
                              stem[3] >= '1' && stem[3] <= '9';
        return name.find_first_of("<>:\"|*?") != name.npos || (name.size() > 2 && name.ends_with('.')) ||
               name.ends_with(' ') || numbered || std::ranges::find(devices, stem) != devices.end();
    };
    return about(first_name(torrent, is_bad), "cannot be stored on Windows");
}

Text junk_file(const Torrent& torrent) {
    static constexpr std::array<std::string_view, 4> junk{".DS_Store", "Thumbs.db", "desktop.ini",
                                                          "__MACOSX"};
    const auto is_bad = [](std::string_view name) { return std::ranges::find(junk, name) != junk.end(); };
    return about(first_name(torrent, is_bad), "is what a desktop left behind");
}

using Path = std::vector<std::string>;

// By parts, so a folder stands right in front of what is in it. No path is copied and no prefix spelled out:
// a hostile path may have millions of parts.
std::vector<const TorrentFile*> by_path(const Torrent& torrent) {
    std::vector<const TorrentFile*> files;
    for (const auto& file : torrent.files)
        if (!file.pad) files.push_back(&file);
    std::ranges::sort(files, {}, [](const TorrentFile* file) -> const Path& { return file->path; });
    return files;
}

bool begins_with(const Path& path, const Path& folder) {
    return path.size() >= folder.size() && std::equal(folder.begin(), folder.end(), path.begin());
}

Text repeated_path(const Torrent& torrent) {
    const auto files = by_path(torrent);
    const auto twin = std::ranges::adjacent_find(
        files, [](const auto* one, const auto* other) { return one->path == other->path; });
    if (twin == files.end()) return std::nullopt;
    return fmt::format("two files are named {}", in_quotes(path_of(**twin)));
}

Text case_clash(const Torrent& torrent) {
    std::vector<std::pair<std::string, const TorrentFile*>> folded;
    for (const auto& file : torrent.files)
        if (!file.pad) folded.emplace_back(lowered(path_of(file)), &file);
    std::ranges::sort(folded);
    const auto clash = std::ranges::adjacent_find(folded, [](const auto& one, const auto& other) {
        return one.first == other.first && one.second->path != other.second->path;
    });
    if (clash == folded.end()) return std::nullopt;
    return fmt::format("another file's name differs from {} only in case",
                       in_quotes(path_of(*clash->second)));
}

Text file_as_folder(const Torrent& torrent) {
    const auto files = by_path(torrent);
    const auto found = std::ranges::adjacent_find(files, [](const auto* one, const auto* other) {
        return other->path.size() > one->path.size() && begins_with(other->path, one->path);
    });
    if (found == files.end()) return std::nullopt;
    return fmt::format("{} is a file and a folder", in_quotes(path_of(**found)));
}

// BEP 47: a target is a path in the torrent.
Text dangling_link(const Torrent& torrent) {
    std::vector<const TorrentFile*> files;
    for (const auto& file : torrent.files) {
        if (!file.symlink) continue;
        if (files.empty()) files = by_path(torrent);
        const auto there = std::ranges::lower_bound(
            files, *file.symlink, {}, [](const TorrentFile* other) -> const Path& { return other->path; });
        if (there == files.end() || !begins_with((*there)->path, *file.symlink))
            return fmt::format("the symbolic link {} leads to {}, which is not in the torrent",
                               in_quotes(path_of(file)),
                               in_quotes(fmt::format("{}", fmt::join(*file.symlink, "/"))));
    }
    return std::nullopt;
}

// libtorrent before 2.0.14 asks web seeds for NAME alone, others for NAME/FILE.
Text one_file_folder(const Torrent& torrent) {
    const auto files = std::ranges::count_if(torrent.files, [](const auto& file) { return !file.pad; });
    if (!torrent.is_folder || files != 1) return std::nullopt;
    return "a folder of one file: clients disagree about where its web seeds have it";
}

Text many_pads(const Torrent& torrent) {
    Bytes pads = 0;
    for (const auto& file : torrent.files)
        if (file.pad) pads += file.length;
    const auto total = torrent.total_size();
    if (static_cast<double>(pads) <= most_pads * static_cast<double>(total)) return std::nullopt;
    return fmt::format("{} of pads for {} of data; smaller pieces or v1 alone need fewer", format_size(pads),
                       format_size(total));
}

Text no_tail_pad(const Torrent& torrent) {
    if (torrent.format != Format::hybrid || torrent.files.size() < 2) return std::nullopt;
    Bytes total = 0;
    for (const auto& file : torrent.files)
        total += file.length;
    if (total % torrent.piece_length == 0) return std::nullopt;
    return "its v1 half has no pad behind the last file, which not every client takes for a hybrid";
}

Text too_many_pieces(const Torrent& torrent) {
    if (torrent.piece_count() <= most_pieces) return std::nullopt;
    return fmt::format("{} pieces make a large .torrent and slow clients; larger pieces are fewer",
                       torrent.piece_count());
}

Text large_pieces(const Torrent& torrent) {
    if (torrent.piece_length <= largest_piece) return std::nullopt;
    return fmt::format("older clients refuse pieces of {}", format_size(torrent.piece_length));
}

Text odd_piece_length(const Torrent& torrent) {
    if (torrent.piece_length >= block_size && std::has_single_bit(torrent.piece_length)) return std::nullopt;
    return fmt::format("a piece length of {} bytes is no power of two from 16 KiB", torrent.piece_length);
}

constexpr std::array checks{
    WarningCheck{"unsafe-name", unsafe_name},
    WarningCheck{"long-name", long_name},
    WarningCheck{"url-breaking-name", url_breaking_name},
    WarningCheck{"no-utf8-name", no_utf8_name},
    WarningCheck{"windows-name", windows_name},
    WarningCheck{"junk-file", junk_file},
    WarningCheck{"repeated-path", repeated_path},
    WarningCheck{"case-clash", case_clash},
    WarningCheck{"file-as-folder", file_as_folder},
    WarningCheck{"dangling-link", dangling_link},
    WarningCheck{"one-file-folder", one_file_folder},
    WarningCheck{"many-pads", many_pads},
    WarningCheck{"no-tail-pad", no_tail_pad},
    WarningCheck{"too-many-pieces", too_many_pieces},
    WarningCheck{"large-pieces", large_pieces},
    WarningCheck{"odd-piece-length", odd_piece_length},
};

}  // namespace

std::span<const WarningCheck> content_checks() {
    return checks;
}

}  // namespace mirrorseed::torrentgen
