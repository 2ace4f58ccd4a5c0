// `run`: the keeper, and the server that it starts as a process of its own.
//
// The keeper holds the store's lock, syncs at start, answers commands on the
// control socket, and starts the server again should it fall. The
// server opens the store to read. Neither takes the other down: a server whose
// keeper was killed serves on, and the next keeper takes its place over.
#pragma once

#include "app/command_line/command_arguments.hpp"
#include "app/command_line/exit.hpp"
#include "app/config/config.hpp"
#include "core/log.hpp"

#include <string>

namespace mirrorseed::app {

// Runs until SIGTERM or SIGINT.
Exit run_keeper(const Config& config, const std::string& config_file, const Arguments& arguments, Log& log);

}  // namespace mirrorseed::app
