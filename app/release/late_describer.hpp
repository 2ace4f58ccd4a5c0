// Releases that rules ask for only now, of what is published already: in commits of their own.
#pragma once

#include "app/config/config.hpp"
#include "core/clock.hpp"
#include "core/log.hpp"
#include "core/progress.hpp"
#include "core/store/store.hpp"

#include <vector>

namespace mirrorseed::app {

// Was all that the tree has held against the rules, addresses and trackers of the config?
bool is_described(Catalogue& catalogue, const Config& config, const TreeConfig& tree, TreeId id);

// What is published already and has no release, though a rule asks for it. It needs no turn at the store:
// what it found is looked at again in each commit. What cannot be described is told.
std::vector<Error> describe_published(Store& store, const Config& config, const TreeConfig& tree,
                                      const Log& log, const Clock& clock, Progress& progress);

}  // namespace mirrorseed::app
