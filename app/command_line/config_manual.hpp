// The manual page of the config, written from the table of keys.
#pragma once

#include <string>

namespace mirrorseed::app {

// mirrorseed.toml(5), as roff.
std::string config_manual();

}  // namespace mirrorseed::app
