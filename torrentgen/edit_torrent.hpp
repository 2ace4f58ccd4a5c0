// Changing what stands outside of a torrent's info, and nothing else.
//
// Pure: bytes and wishes in, bytes out. Members are cut out and put in where
// they lie, so every key that no wish names keeps its bytes, canonical or not,
// and so does what stands behind the end. The result is read again, and its
// info must be the same bytes with the same hashes.
#pragma once

#include "core/result.hpp"
#include "torrentgen/torrent.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::torrentgen {

using Tiers = std::vector<std::vector<std::string>>;

struct Edits {
    std::optional<Tiers> trackers{};  // instead of all that there are
    std::vector<std::string> remove_trackers{};
    Tiers add_trackers{};          // behind the tiers that there are
    bool clear_web_seeds = false;  // before those to add
    std::vector<std::string> remove_web_seeds{}, add_web_seeds{};
    std::optional<std::string> comment{};  // an empty one is no comment
    std::optional<std::optional<std::int64_t>> creation_date{};

    bool operator==(const Edits&) const = default;
};

struct EditedTorrent {
    std::string bytes{};
    Torrent torrent{};                 // as it reads now
    std::vector<std::string> notes{};  // wishes that found nothing to do; escaped
};

Result<EditedTorrent> edit_torrent(std::string_view bytes, const Edits& edits);

}  // namespace mirrorseed::torrentgen
