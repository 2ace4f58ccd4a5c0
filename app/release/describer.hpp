// What becomes of a tree's releases with a new generation, in the same commit.
#pragma once

#include "app/config/config.hpp"
#include "core/log.hpp"
#include "sync/describe.hpp"

namespace mirrorseed::app {

// For every tree of the config. Both outlive it.
sync::Describe describe_releases(const Config& config, const Log& log);

}  // namespace mirrorseed::app
