// Hashes what will be a release while it is fetched, so that its torrent reads nothing.
#pragma once

#include "app/config/config.hpp"
#include "sync/content_watch.hpp"
#include "torrentgen/torrent.hpp"

namespace mirrorseed::app {

torrentgen::Format format_of(ReleaseFormat format);

// For the files that one of the tree's releases names, or that lie in a folder which one names.
sync::WatchFor watch_releases(const TreeConfig& tree);

}  // namespace mirrorseed::app
