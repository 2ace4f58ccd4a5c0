#include "app/release/release_urls.hpp"

#include "core/http/http_url.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace mirrorseed::app {
namespace {

std::string without_slash(std::string url) {
    while (url.ends_with('/'))
        url.pop_back();
    return url;
}

std::string seed_at(const std::string& root, const ReleasePlace& place) {
    const auto folder = place.path.parent();
    if (!place.is_as_folder) return root + "/" + percent_encode_path(place.path.str());
    return root + "/" + percent_encode_path(folder.str()) + (folder.is_root() ? "" : "/");
}

std::string host_of(const std::string& url) {
    const auto parsed = HttpUrl::parse(url);
    return parsed ? parsed->host() : url;
}

}  // namespace

ReleaseUrls ReleaseUrls::of(const ServerConfig& server) {
    ReleaseUrls urls{.public_url = without_slash(server.public_url)};
    if (server.tracker) urls.announce.push_back(urls.public_url + "/-/announce");
    return urls;
}

std::vector<std::string> ReleaseUrls::own_seeds(const ReleasePlace& place, std::string_view info_hash) const {
    auto by_hash = public_url + "/-/seed/" + std::string(info_hash) + "/";
    if (!place.is_as_folder) by_hash += percent_encode_path(place.name);
    if (place.is_former) return {std::move(by_hash)};
    return {seed_at(public_url + "/" + place.tree, place), std::move(by_hash)};
}

std::string ReleaseUrls::seed_below(const std::string& root, const ReleasePlace& place) {
    return seed_at(without_slash(root), place);
}

TrackerTiers ReleaseUrls::trackers(const std::vector<std::string>& of_rule) const {
    auto tiers = tracker_tiers(of_rule);
    for (const auto& url : announce)
        tiers.push_back({url});
    return tiers;
}

std::string ReleaseUrls::torrent(const ReleasePlace& place, std::string_view info_hash) const {
    if (place.is_former) return public_url + "/-/torrent/" + std::string(info_hash) + ".torrent";
    return public_url + "/-/releases/" + percent_encode_path(place.tree + "/" + place.path.str()) +
           ".torrent";
}

TrackerTiers tracker_tiers(const std::vector<std::string>& values) {
    TrackerTiers tiers;
    for (const auto& value : values) {
        auto& tier = tiers.emplace_back();
        for (std::size_t at = 0; at <= value.size();) {
            const auto end = std::min(value.find(',', at), value.size());
            tier.push_back(value.substr(at, end - at));
            at = end + 1;
        }
    }
    return tiers;
}

std::vector<std::string> spread_over_hosts(const std::vector<std::string>& urls) {
    constexpr std::size_t most = 8;
    std::map<std::string, std::size_t> of_host;
    std::vector<std::pair<std::size_t, std::size_t>> order;  // how many of its host come before; its place
    for (std::size_t i = 0; i < urls.size(); ++i)
        order.emplace_back(of_host[host_of(urls[i])]++, i);
    std::sort(order.begin(), order.end());
    order.resize(std::min(order.size(), most));
    std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    std::vector<std::string> chosen;
    for (const auto& [before, i] : order)
        chosen.push_back(urls[i]);
    return chosen;
}

}  // namespace mirrorseed::app
