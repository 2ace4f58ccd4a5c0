#include "app/keeper/tracker_json.hpp"

namespace mirrorseed::app {

boost::json::value tracker_json(const httpd::TrackerFacts& facts) {
    boost::json::object refused;
    for (const auto& [why, name] : httpd::refusal_names())
        refused[name] = facts.of(why);
    const auto& swarms = facts.swarms;
    return {{"torrents", swarms.torrents},    {"peers_v4", swarms.peers_v4},  {"peers_v6", swarms.peers_v6},
            {"seeders", swarms.seeders},      {"leechers", swarms.leechers},  {"completed", swarms.completed},
            {"announces", facts.announces()}, {"refused", std::move(refused)}};
}

}  // namespace mirrorseed::app
