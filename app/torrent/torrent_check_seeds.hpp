// `torrent check-seeds`: the web seeds of a torrent, asked over HTTP for some of its pieces.
#pragma once

#include "app/command_line/command_arguments.hpp"
#include "app/command_line/exit.hpp"

namespace mirrorseed::app {

// 0 when all are good, 3 when one is bad.
Exit torrent_check_seeds(const Arguments& arguments);

}  // namespace mirrorseed::app
