// STORE/manifests/NAME/N.json: what the catalogue knows of a generation itself.
//
// It is for our own store, and says more than the head that nodes are served (node_head.hpp).
#pragma once

#include "core/result.hpp"
#include "core/store/catalogue_trees.hpp"

#include <string>
#include <string_view>

namespace mirrorseed {

struct ManifestHead {
    std::string tree;
    std::string lineage;
    GenerationRow generation{};  // with its manifest's digest
    bool paused = false;         // the tree waits for a person since this was published

    std::string json() const;
    static Result<ManifestHead> parse(std::string_view text);
};

}  // namespace mirrorseed
