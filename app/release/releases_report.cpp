#include "app/release/releases_report.hpp"

#include "app/release/release_urls.hpp"
#include "app/wiring/wiring.hpp"
#include "core/log.hpp"
#include "httpd/published/release_feed.hpp"
#include "httpd/published/told_releases.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace mirrorseed::app {

Result<boost::json::value> told_releases(const Config& config, const std::vector<std::string>& trees,
                                         httpd::SwarmOf swarm) {
    const auto places = places_of(config);
    if (!places.exists()) return boost::json::value(boost::json::array());
    const auto silent = Log::silent();
    auto store = httpd::PublishedStore::open(places.store, places.catalogue_file(), {},
                                             std::make_shared<httpd::Troubles>(silent));
    if (!store) return store.error();
    httpd::ToldReleases told(*store, ReleaseUrls::of(config.server).public_url, std::move(swarm));
    auto releases = told.all();
    std::erase_if(releases, [&](const httpd::ToldRelease& release) {
        return !trees.empty() && std::ranges::find(trees, release.tree) == trees.end();
    });
    return boost::json::parse(httpd::releases_json(releases));
}

}  // namespace mirrorseed::app
