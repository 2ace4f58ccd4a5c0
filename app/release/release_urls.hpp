// What a release's torrent names: where we are, our tracker, and where else its bytes are. Pure.
#pragma once

#include "app/config/config.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::app {

// A release's place, however it was made.
struct ReleasePlace {
    std::string tree{};
    RelPath path{};
    std::string name{};  // in the torrent
    // Clients put the name, and what is below it, behind a web seed's URL: of a folder, and of a file in v2
    // alone, which libtorrent takes for one.
    bool is_as_folder = false;
    bool is_former = false;  // something else may stand at the path
};

using TrackerTiers = std::vector<std::vector<std::string>>;

struct ReleaseUrls {
    std::string public_url{};             // without a slash at its end
    std::vector<std::string> announce{};  // our tracker, where there is one

    static ReleaseUrls of(const ServerConfig& server);

    // By its name, while the tree has it there, and by its info hash, whatever becomes of the tree. A client
    // that is given other bytes by one may have no more of the other.
    std::vector<std::string> own_seeds(const ReleasePlace& place, std::string_view info_hash) const;
    // Below a root of the same tree elsewhere.
    static std::string seed_below(const std::string& root, const ReleasePlace& place);
    // Those of the rule, a tier each, then ours.
    TrackerTiers trackers(const std::vector<std::string>& of_rule) const;
    std::string torrent(const ReleasePlace& place, std::string_view info_hash) const;
};

// Commas join one tier.
TrackerTiers tracker_tiers(const std::vector<std::string>& values);

// At most eight, in their order and from as many hosts as there are before any host's second.
std::vector<std::string> spread_over_hosts(const std::vector<std::string>& urls);

}  // namespace mirrorseed::app
