#include "app/config/missing_files.hpp"

#include "core/http/shown_url.hpp"
#include "sync/upstream_kind.hpp"

#include <algorithm>

namespace mirrorseed::app {

std::optional<std::string> upstream_for_readers(const TreeConfig& tree, const ServerConfig& server) {
    const auto first = [&](std::string_view scheme) -> std::optional<std::string> {
        const auto is_it = [&](const std::string& url) {
            return url.starts_with(scheme) && !sync::is_metalink(url);
        };
        const auto url = std::find_if(tree.upstreams.begin(), tree.upstreams.end(), is_it);
        if (url == tree.upstreams.end()) return std::nullopt;
        auto shown = without_credentials(*url);
        if (!shown.ends_with('/')) shown += '/';
        return shown;
    };
    if (const auto secure = first("https://")) return secure;
    const bool readers_are_secure = !server.tls_listen.empty() || server.public_url.starts_with("https://");
    return readers_are_secure ? std::nullopt : first("http://");
}

}  // namespace mirrorseed::app
