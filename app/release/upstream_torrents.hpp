// Torrents that an upstream publishes beside what they are of.
#pragma once

#include "core/store/store.hpp"

#include <string>
#include <vector>

namespace mirrorseed::app {

struct UpstreamTorrent {
    RelPath path{};
    Bytes size = 0;
    Digest content{};
    bool is_named_like_it = false;  // x.iso.torrent beside x.iso
};

// Of that state of the tree, those that may be of the file or folder: the one that is named like it first.
std::vector<UpstreamTorrent> torrents_beside(Catalogue& catalogue, TreeId tree, Generation number,
                                             const RelPath& path);

// The bytes of one; an error where nobody would load it.
Result<std::string> read_torrent_file(Store& store, const UpstreamTorrent& torrent);

}  // namespace mirrorseed::app
