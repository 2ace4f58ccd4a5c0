#include "app/config/announce_urls.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace mirrorseed::app {

std::vector<std::string> announce_urls(const ServerConfig& server) {
    std::vector<std::string> urls;
    if (server.public_url.empty()) return urls;
    auto base = server.public_url;
    while (base.ends_with('/'))
        base.pop_back();
    if (server.tracker) urls.push_back(base + "/-/announce");
    const auto url = boost::urls::parse_uri(server.public_url);
    if (!url) return urls;
    const std::string host(url->encoded_host());  // one of IPv6 has its brackets
    for (const auto& address : server.tracker_udp) {
        auto named = fmt::format("udp://{}:{}/announce", host, address.port);
        if (address.port != 0 && std::find(urls.begin(), urls.end(), named) == urls.end())
            urls.push_back(std::move(named));
    }
    return urls;
}

}  // namespace mirrorseed::app
