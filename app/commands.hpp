// What each command does. One function each; app/main.cpp finds it by name.
#pragma once

#include "app/command_line/command_arguments.hpp"
#include "app/command_line/exit.hpp"

#include <string_view>

namespace mirrorseed::app {

using CommandFunction = Exit (*)(const Arguments&);

// Nothing for a command whose room is not built yet.
CommandFunction find_function(std::string_view command);

}  // namespace mirrorseed::app
