// What is made of a candidate before anybody can see it: the torrents of new releases, say.
//
// sync does not know what that is; app hands it down.
#pragma once

#include "core/store/store.hpp"

#include <functional>

namespace mirrorseed::sync {

struct Candidate {
    const TreeRow& tree;         // as it is published now
    Generation number;           // under which its rows are written
    const GenerationRow& facts;  // what its generation will be
};

// Called before each commit, and again where a run was cut off between the two. An error keeps the candidate
// from being published.
using Describe = std::function<Status(Store& store, const Candidate& candidate)>;

}  // namespace mirrorseed::sync
