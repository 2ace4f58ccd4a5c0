// Does a candidate fit together? Asked before every commit, whoever wants it.
//
// Every way to a candidate keeps its own rules, and they meet here: each name lies in a folder that is there,
// and the numbers are those that the generation's head will tell. What fails is a fault of this program, and
// better told than published.
#pragma once

#include "core/store/store.hpp"

namespace mirrorseed::sync {

// `tree` is as it is published, `facts` what its candidate's generation will be.
Status check_candidate(Store& store, const TreeRow& tree, const GenerationRow& facts);

}  // namespace mirrorseed::sync
