// Does the code that serves a release give out the bytes that its torrent promises?
#pragma once

#include "core/progress.hpp"
#include "core/store/store.hpp"
#include "torrentgen/torrent.hpp"

#include <vector>

namespace mirrorseed::app {

// Of each file the first and the last piece, and sixteen more, are read as the web seed would read them, and
// hashed.
Status prove_release(Store& store, const torrentgen::Torrent& torrent, const Release& release,
                     const std::vector<ReleaseFile>& files, Progress& progress);

}  // namespace mirrorseed::app
