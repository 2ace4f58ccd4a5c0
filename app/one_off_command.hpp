// `mirrorseed sync --from URL --to DIR`, which needs no config and no store.
#pragma once

#include "app/command_line/command_arguments.hpp"
#include "app/command_line/exit.hpp"

namespace mirrorseed::app {

Exit one_off_command(const Arguments& arguments);

}  // namespace mirrorseed::app
