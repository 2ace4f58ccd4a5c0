// What all stages of one run work with.
#pragma once

#include "core/clock.hpp"
#include "core/progress.hpp"
#include "core/store/store.hpp"
#include "sync/wish.hpp"

namespace mirrorseed::sync {

struct Surroundings {
    Store& store;
    const TreeRow& tree;  // as it is published while the run lasts
    const Wish& wish;
    const Clock& clock;
    Progress& progress;
};

}  // namespace mirrorseed::sync
