// The state of every tree, in the form of status.json.
#pragma once

#include "app/config/config.hpp"
#include "app/keeper/server_words.hpp"
#include "core/clock.hpp"
#include "core/progress.hpp"
#include "core/store/catalogue.hpp"

#include <boost/json/fwd.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::app {

// What whoever holds the store is at, as its control socket tells.
struct LiveState {
    UnixTime started = 0;  // of a keeper; 0: it is one command, which ends with its job
    std::string job{};     // the command that runs now; empty: none
    std::string tree{};    // the one that it syncs now; empty: none
    Progress::View progress;
    double rate = 0;
    std::vector<LiveState> beside{};  // what else runs
    std::uint64_t waiting = 0;        // jobs, for their turn
    std::optional<ServerCounts> server{};
    std::map<std::string, UnixTime> next{};  // when trees are synced by themselves
};
boost::json::value to_json(const LiveState& state);
std::optional<LiveState> live_state_from_json(const boost::json::value& json);

// Asks the keeper of the store, or the command that writes to it now, if there is one.
std::optional<LiveState> ask_live_state(const std::string& store);

// What follows the published generation in the store, and what is owed of it and of older ones. Null: the
// tree is not in the config.
std::size_t unfinished_steps(const TreeRow& tree, const GenerationRow& generation, const TreeConfig* config,
                             Catalogue& catalogue);

// Trees of the config, and those that only the store has. No catalogue: nothing was ever synced. The server's
// counts are its own, or what its keeper heard.
boost::json::value status_json(const Config& config, Catalogue* catalogue,
                               const std::optional<LiveState>& live, const ServerCounts& server,
                               UnixTime now);

}  // namespace mirrorseed::app
