// What bringing files on demand left in the staging folder: parts of what was stopped, which goes on soon,
// and of what a crash ended, which never does. Nobody tells them apart but the time since somebody wrote
// there.
#pragma once

#include "core/clock.hpp"
#include "core/system/folder.hpp"

namespace mirrorseed::sync {

// Takes away what nobody wrote to for an hour. `staging`: where each file that is brought has a folder; it
// need not be there.
Status remove_on_demand_leftovers(const Folder& store, const RelPath& staging, UnixTime now);

}  // namespace mirrorseed::sync
