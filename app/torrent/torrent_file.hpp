// A .torrent that a person named: read from a file or from standard input.
#pragma once

#include "core/result.hpp"
#include "torrentgen/read_torrent.hpp"

#include <string>

namespace mirrorseed::app {

// "-" is standard input. Texts of errors are escaped and begin with the name.
Result<std::string> read_torrent_bytes(const std::string& name);
Result<torrentgen::ReadTorrent> read_torrent_file(const std::string& name);

// What the file's name is in messages.
std::string shown_name(const std::string& name);

}  // namespace mirrorseed::app
