// What must hold between the values of a config, and between it and the world.
#pragma once

#include "app/config/config_reader.hpp"

namespace mirrorseed::app {

// Adds faults for values that are each good but do not go together: trees that are the same, releases that
// overlap, TLS without a certificate. Pure; read_config() calls it.
void check_whole(LoadedConfig& loaded);

// Adds faults for files that are named but cannot be read. Looks at the disk, as the user that runs it.
void check_paths(LoadedConfig& loaded);

}  // namespace mirrorseed::app
