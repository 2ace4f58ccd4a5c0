// How libtorrent spells a name from a torrent on a disk, as far as that decides what it accepts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::torrentgen {

// Is nothing left of it but dots? libtorrent then has no name to go by. An empty name it replaces by another.
bool vanishes(std::string_view name);

// BitComet's pads, from before there was an attribute for them: what is named so counts as zeros in v1.
bool is_named_as_pad(std::string_view part);

// Would both paths be stored as the same one?
bool same_when_stored(const std::vector<std::string>& one, const std::vector<std::string>& other);

}  // namespace mirrorseed::torrentgen
