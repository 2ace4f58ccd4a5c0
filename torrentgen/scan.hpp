// What lies at a place that somebody wants a torrent of.
//
// A file, or a folder with everything below it that the selection wants, in the
// order of a torrent: part by part, by raw bytes. Symbolic links must end inside
// the folder; their targets stand as paths from it. Devices, pipes and sockets
// are refused.
#pragma once

#include "core/glob.hpp"
#include "core/progress.hpp"
#include "core/system/folder.hpp"
#include "torrentgen/content.hpp"
#include "torrentgen/torrent.hpp"

#include <string>
#include <vector>

namespace mirrorseed::torrentgen {

struct Scanned {
    std::string name{};
    bool is_folder = false;
    std::vector<TorrentFile> files{};            // no pads yet
    std::vector<FolderContent::Place> places{};  // for each of them
    FileTime newest{};                           // of the files
};

struct ScanOptions {
    Selection selection{};
    std::string leave_out{};  // one file that is never part of it: the torrent that is about to be replaced
};

// What the torrent of a place is called unless somebody says otherwise: the last part of its path, the
// folder's own name for "." and "..".
std::string name_of_place(const std::string& path);

// `path` is the operator's own: symlinks on the way to it are followed.
Result<std::pair<Scanned, Folder>> scan(const std::string& path, const ScanOptions& options,
                                        Progress& progress);

}  // namespace mirrorseed::torrentgen
