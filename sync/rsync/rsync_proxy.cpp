#include "sync/rsync/rsync_proxy.hpp"

#include "core/http/http_url.hpp"

namespace mirrorseed::sync {

Result<std::string> rsync_proxy(const std::string& url) {
    if (url.empty()) return std::string();
    const auto proxy = HttpUrl::parse(url);
    if (!proxy) return proxy.error().within("proxy");
    if (proxy->host().find(':') != std::string::npos)
        return Error(Fault::bad_input, "proxy: rsync cannot use " + proxy->shown() +
                                           ": it takes a proxy's name or IPv4 address alone");
    const auto& credentials = proxy->credentials();
    return (credentials.empty() ? "" : credentials + "@") + proxy->authority();
}

}  // namespace mirrorseed::sync
