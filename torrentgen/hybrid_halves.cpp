#include "torrentgen/hybrid_halves.hpp"

#include "core/text.hpp"
#include "torrentgen/stored_name.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

namespace mirrorseed::torrentgen {
namespace {

std::string quoted(const std::vector<std::string>& path) {
    return in_quotes(fmt::format("{}", fmt::join(path, "/")));
}

std::vector<TorrentFile> with_pads(const std::vector<TorrentFile>& files, Bytes piece_length) {
    std::vector<TorrentFile> out;
    Bytes offset = 0;
    for (const auto& file : files) {
        out.push_back(file);
        offset += file.length;
        if (file.length == 0 || offset % piece_length == 0) continue;
        out.push_back(pad_of(piece_length - offset % piece_length));
        offset += out.back().length;
    }
    return out;
}

// Nothing that holds bytes comes behind it.
void drop_last_pad(std::vector<TorrentFile>& files) {
    const auto last =
        std::find_if(files.rbegin(), files.rend(), [](const auto& file) { return file.length > 0; });
    if (last != files.rend() && last->pad) files.erase(std::next(last).base());
}

}  // namespace

TorrentFile pad_of(Bytes length) {
    TorrentFile pad;
    pad.path = {".pad", std::to_string(length)};
    pad.length = length;
    pad.pad = true;
    return pad;
}

Result<std::vector<TorrentFile>> join_halves(const FileList& v1, const FileList& v2, Bytes piece_length,
                                             std::size_t offset) {
    const auto mismatch = [&](std::string_view what) {
        return fault_at(offset, fmt::format("its v1 and v2 halves do not agree: {}", what));
    };
    auto files = with_pads(v2.files, piece_length);
    if (files.size() == v1.files.size() + 1) drop_last_pad(files);
    if (files.size() != v1.files.size())
        return mismatch(
            fmt::format("{} files and pads in one, {} in the other", v1.files.size(), files.size()));
    Bytes v1_end = 0, v2_end = 0;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto &one = v1.files[i], &other = files[i];
        const bool matters = !one.pad && one.length > 0;
        const bool same = one.length == other.length && v1_end == v2_end &&
                          same_when_stored(one.path, other.path) && v1.is_folder == v2.is_folder;
        if (matters != (!other.pad && other.length > 0) || (matters && !same))
            return mismatch(fmt::format("{} and {}", quoted(one.path), quoted(other.path)));
        v1_end += one.length;
        v2_end += other.length;
        if (one.pad && other.pad) files[i].path = one.path;
    }
    if (v1_end != v2_end) return mismatch("their sizes differ");
    return files;
}

}  // namespace mirrorseed::torrentgen
