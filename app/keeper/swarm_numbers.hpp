// Who is in which swarm, as the server tells its keeper, and the keeper a command.
//
// Text: of each swarm that has anybody, or had, a line "HASH SEEDERS LEECHERS COMPLETED". The server may have
// fallen to strangers, so whoever reads it believes numbers and nothing else.
#pragma once

#include "httpd/published/told_releases.hpp"
#include "httpd/tracker/announce.hpp"
#include "httpd/tracker/counts.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mirrorseed::app {

using Swarms = std::map<httpd::tracker::InfoHash, httpd::tracker::SwarmCounts>;

std::string to_text(const Swarms& swarms);
std::optional<Swarms> parse_swarms(std::string_view text);

// Who is in a release's.
httpd::SwarmOf swarm_of(Swarms swarms);

// Asks the keeper of the store; nothing where there is none, or its server has no tracker.
std::optional<Swarms> ask_swarms(const std::string& store);

}  // namespace mirrorseed::app
