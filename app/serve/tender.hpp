// The small parent that `serve` leaves behind when root's rights are given up: it keeps them, opens what the
// server no longer can, and reads nothing that comes from strangers.
#pragma once

#include "app/command_line/command_arguments.hpp"
#include "app/command_line/exit.hpp"
#include "app/config/config.hpp"
#include "app/keeper/service_manager.hpp"
#include "core/log.hpp"

#include <string>

namespace mirrorseed::app {

// Starts the server, and ends with it.
Exit tend_server(const Config& config, const std::string& config_file, const Arguments& arguments,
                 const ServiceManager& manager, Log& log);

}  // namespace mirrorseed::app
