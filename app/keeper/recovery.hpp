// Opening a store whose catalogue may be lost or damaged.
#pragma once

#include "core/clock.hpp"
#include "core/log.hpp"
#include "core/progress.hpp"
#include "core/store/store.hpp"
#include "sync/generation/recover.hpp"

#include <string>

namespace mirrorseed::app {

// Opens the store; a catalogue that is missing or damaged is rebuilt from the manifests first, and the
// damaged one is put aside. For the keeper, which is to go on serving whatever happens.
Result<Store> open_or_rebuild(const StorePlaces& places, const std::string& who, const Log& log);

// What `mirrorseed recover` does.
Result<sync::RecoverResult> recover_store(const StorePlaces& places, const Clock& clock, Progress& progress);

// A catalogue at `file`, rebuilt from the manifests of a store that is only read; for a server whose
// catalogue is damaged.
Status rebuild_for_reading(const std::string& store, const std::string& file);

}  // namespace mirrorseed::app
