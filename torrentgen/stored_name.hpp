// How libtorrent spells a name from a torrent on a disk, as far as that decides what it accepts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::torrentgen {

// Is nothing left of it but dots? libtorrent then has no name to go by. An empty name it replaces by another.
bool vanishes(std::string_view name);

// Would both paths be stored as the same one?
bool same_when_stored(const std::vector<std::string>& one, const std::vector<std::string>& other);

}  // namespace mirrorseed::torrentgen
