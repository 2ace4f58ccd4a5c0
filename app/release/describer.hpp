// What becomes of a tree's releases with a new generation, in the same commit; and of those that rules ask
// for only now, in commits of their own.
#pragma once

#include "app/config/config.hpp"
#include "core/clock.hpp"
#include "core/log.hpp"
#include "core/progress.hpp"
#include "core/store/store.hpp"
#include "sync/describe.hpp"

#include <vector>

namespace mirrorseed::app {

// For every tree of the config. Both outlive it.
sync::Describe describe_releases(const Config& config, const Log& log);

// Was all that the tree has held against the rules, addresses and trackers of the config?
bool is_described(Catalogue& catalogue, const Config& config, const TreeConfig& tree, TreeId id);

// What is published already and has no release, though a rule asks for it. It needs no turn at the store:
// what it found is looked at again in each commit. What cannot be described is told.
std::vector<Error> describe_published(Store& store, const Config& config, const TreeConfig& tree,
                                      const Log& log, const Clock& clock, Progress& progress);

// Of all trees, those that were kept for as long as their rules say now.
Status forget_old_releases(Store& store, const Config& config, UnixTime now);

// Former releases of trees that were forgotten, whose place somebody else may have.
Status offer_forgotten(Store& store, const Config& config, const std::string& tree);

}  // namespace mirrorseed::app
