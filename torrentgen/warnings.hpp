// What a person should know about a torrent that is valid and yet will cause trouble.
//
// Each check answers one question with one line, or with nothing. They ask the
// torrent alone: no clock, no disk, no network. What is odd about a torrent's
// bytes read_torrent() has told already.
#pragma once

#include "torrentgen/torrent.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::torrentgen {

std::vector<Warning> warnings_for(const Torrent& torrent);

struct WarningCheck {
    std::string_view code;
    std::optional<std::string> (*text)(const Torrent&);  // escaped
};
std::span<const WarningCheck> content_checks();  // of names, files and pieces
std::span<const WarningCheck> source_checks();   // of where data and peers are found

}  // namespace mirrorseed::torrentgen
