// Rebuilds a lost or damaged catalogue from the manifests and the blobs.
#pragma once

#include "core/clock.hpp"
#include "core/progress.hpp"
#include "core/store/store.hpp"

#include <string>
#include <vector>

namespace mirrorseed::sync {

struct RecoverResult {
    struct Tree {
        std::string name;
        Generation generation = 0;
        std::uint64_t files = 0;
        Bytes bytes = 0;
    };
    std::vector<Tree> trees;
    std::uint64_t blobs = 0;
    std::vector<std::string> troubles;  // generations that could not be rebuilt
    std::vector<std::string> mended;    // what was damaged, and cost nothing
};

// Fills the empty catalogue of a store that was opened for recovery. The oldest generations first, each as
// what differs from the one before.
Result<RecoverResult> fill_catalogue(Catalogue& catalogue, const Folder& store, const Clock& clock,
                                     Progress& progress);

}  // namespace mirrorseed::sync
