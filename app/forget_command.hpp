// `mirrorseed forget`: tells what would go, and asks.
#pragma once

#include "app/command_line/command_arguments.hpp"
#include "app/command_line/exit.hpp"

namespace mirrorseed::app {

Exit forget_command(const Arguments& arguments);

}  // namespace mirrorseed::app
