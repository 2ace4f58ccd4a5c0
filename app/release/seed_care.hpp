// Other mirrors that rules name as web seeds: each is asked for random pieces, now and again, and is in the
// torrents as long as it gives good answers.
#pragma once

#include "app/config/config.hpp"
#include "app/release/seed_hosts.hpp"
#include "core/clock.hpp"
#include "core/log.hpp"
#include "core/progress.hpp"
#include "core/store/store.hpp"

namespace mirrorseed::app {

// Of one tree, those whose time has come. It needs no turn at the store. `hosts`: what the run has learned of
// them so far.
Status care_for_seeds(Store& store, const Config& config, const TreeConfig& tree, const Log& log,
                      const Clock& clock, SeedHosts& hosts, Progress& progress);

}  // namespace mirrorseed::app
