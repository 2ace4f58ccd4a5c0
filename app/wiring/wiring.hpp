// From the config's words to what the rooms take.
#pragma once

#include "app/command_line/command_arguments.hpp"
#include "app/config/config.hpp"
#include "core/store/store.hpp"
#include "sync/one_off/one_off.hpp"
#include "sync/run/sync_job.hpp"

namespace mirrorseed::app {

// A tree's wish, with what the command line overrides.
Result<sync::Wish> wish_for(const Config& config, const TreeConfig& tree, const Arguments& arguments);
// How its upstreams are spoken to; reads the password file.
Result<sync::Manners> manners_for(const Config& config, const TreeConfig& tree, const Arguments& arguments);
// What `sync --from URL --to DIR` asks for; the config has no say in it.
Result<sync::OneOff> one_off_for(const Arguments& arguments);

// How its generations are kept and shown, and who is told of them.
// How long what its upstream dropped still answers.
std::chrono::seconds grace_of(const TreeConfig& tree);

sync::Keeping keeping_of(const TreeConfig& tree);

StorePlaces places_of(const Config& config);

}  // namespace mirrorseed::app
