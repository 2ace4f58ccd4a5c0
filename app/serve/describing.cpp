#include "app/serve/describing.hpp"

#include "app/config/missing_files.hpp"
#include "core/text.hpp"
#include "torrentgen/metalink.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace mirrorseed::app {
namespace {

std::string without_slash(std::string url) {
    while (url.ends_with('/'))
        url.pop_back();
    return url;
}

httpd::ElsewhereOf elsewhere_for(const Config& config) {
    std::unordered_map<std::string, std::string> upstreams;
    for (const auto& tree : config.trees) {
        const auto url = upstream_for_readers(tree, config.server);
        if (tree.missing == MissingFiles::redirect && url) upstreams.emplace(tree.name, *url);
    }
    return [upstreams = std::move(upstreams)](const std::string& name) {
        const auto found = upstreams.find(name);
        return found != upstreams.end() ? std::optional(found->second) : std::nullopt;
    };
}

}  // namespace

httpd::Describing describing_for(const Config& config, const std::shared_ptr<httpd::Tracking>& tracking) {
    httpd::SwarmOf swarm;
    if (tracking && config.server.tracks())
        swarm = [tracking](const Release& release) {
            const auto counts = tracking->counts(release);
            return httpd::ToldSwarm{counts.seeders, counts.leechers, counts.completed};
        };
    return {.public_url = without_slash(config.server.public_url),
            .metalink = torrentgen::metalink,
            .swarm = std::move(swarm),
            .sandboxed =
                [trees = config.trees](const std::string& name) {
                    const auto is_it = [&](const TreeConfig& tree) { return tree.name == name; };
                    const auto tree = std::find_if(trees.begin(), trees.end(), is_it);
                    return tree == trees.end() || tree->sandbox;
                },
            .elsewhere = elsewhere_for(config)};
}

}  // namespace mirrorseed::app
