// `push TREE`: for an ssh forced command. It prints nothing where all is well, and waits for no sync.
#pragma once

#include "app/command_line/command_arguments.hpp"
#include "app/command_line/exit.hpp"

namespace mirrorseed::app {

Exit push_command(const Arguments& arguments);

}  // namespace mirrorseed::app
