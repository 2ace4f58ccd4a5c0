// What a torrent says, as JSON for programs and as text for people.
//
// `torrent create` and `torrent show` both print through here. Warnings go to
// standard error as well, one line each.
#pragma once

#include "app/command_line/command_arguments.hpp"
#include "app/command_line/exit.hpp"
#include "torrentgen/torrent.hpp"

#include <boost/json/fwd.hpp>

#include <string>
#include <vector>

namespace mirrorseed::app {

// What `torrent show --json` and `create --json` print. A file's path is below the torrent's folder, its
// parts joined by "/".
boost::json::object torrent_json(const torrentgen::Torrent& torrent,
                                 const std::vector<torrentgen::Warning>& warnings);
enum class FileList { shown, left_out };
std::string torrent_text(const torrentgen::Torrent& torrent, FileList files);

// One of the two on standard output, as --json and --quiet say; the warnings on standard error.
Exit give_torrent(const Arguments& arguments, const torrentgen::Torrent& torrent,
                  const std::vector<torrentgen::Warning>& warnings, FileList files = FileList::shown);
void tell_warnings(const Arguments& arguments, const std::vector<torrentgen::Warning>& warnings);

}  // namespace mirrorseed::app
