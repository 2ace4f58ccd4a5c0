// The commands around a .torrent: making it, reading it, holding data against it, changing what is outside of
// its info.
#pragma once

#include "app/command_line/command_arguments.hpp"
#include "app/command_line/exit.hpp"

namespace mirrorseed::app {

Exit torrent_create_command(const Arguments& arguments);
Exit torrent_verify_command(const Arguments& arguments);
Exit torrent_show_command(const Arguments& arguments);
Exit torrent_magnet_command(const Arguments& arguments);
Exit torrent_edit_command(const Arguments& arguments);

}  // namespace mirrorseed::app
