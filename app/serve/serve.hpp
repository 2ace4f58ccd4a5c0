// `serve`: the HTTP server over a store's trees, or over a plain folder.
#pragma once

#include "app/command_line/command_arguments.hpp"
#include "app/command_line/exit.hpp"
#include "app/config/config.hpp"
#include "core/log.hpp"

#include <string>

namespace mirrorseed::app {

// Until SIGTERM or SIGINT; SIGHUP has `config_file` read again, where there is one. With a folder in the
// arguments the config's store is not looked at.
Exit serve(const Config& config, const std::string& config_file, const Arguments& arguments, Log& log);

}  // namespace mirrorseed::app
