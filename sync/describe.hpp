// What is made of a candidate before anybody can see it: the torrents of new releases, say.
//
// sync does not know what that is; app hands it down.
#pragma once

#include "core/progress.hpp"
#include "core/store/store.hpp"

#include <functional>
#include <vector>

namespace mirrorseed::sync {

struct Candidate {
    const TreeRow& tree;         // as it is published now
    Generation number;           // under which its rows are written
    const GenerationRow& facts;  // what its generation will be
};

struct Described {
    // In the transaction of the commit; may throw, and then nothing is committed.
    std::function<void(Catalogue&)> write{};
    std::vector<Error> troubles{};  // what there is no description of
};

// Called before each commit, and again where a run was cut off between the two. An error keeps the candidate
// from being published.
using Describe =
    std::function<Result<Described>(Store& store, const Candidate& candidate, Progress& progress)>;

}  // namespace mirrorseed::sync
