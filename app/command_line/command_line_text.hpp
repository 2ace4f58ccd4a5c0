// What people and shells read about the commands, written from the table.
#pragma once

#include "app/command_line/command_line.hpp"

#include <string>
#include <string_view>

namespace mirrorseed::app {

std::string version_text();
// Of one command.
std::string help_text(const Command& command);
// Of the whole program, or of the commands that begin with a word such as "torrent".
std::string help_text(std::string_view group);

// mirrorseed(1), as roff.
std::string command_manual();

std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

// What `generate WHAT` prints: man, man-config, bash, zsh, fish or config.
Result<std::string> generated_text(std::string_view what);

}  // namespace mirrorseed::app
