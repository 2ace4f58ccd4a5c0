#include "sync/upstream.hpp"

#include "core/text.hpp"
#include "sync/file_upstream.hpp"

namespace mirrorseed::sync {

std::string without_credentials(const std::string& url) {
    const auto scheme = url.find("://");
    if (scheme == std::string::npos) return url;
    const auto begin = scheme + 3;
    const auto end = std::min(url.find_first_of("/?#", begin), url.size());
    const auto at = url.rfind('@', end);
    if (at == std::string::npos || at < begin || at >= end) return url;
    return url.substr(0, begin) + url.substr(at + 1);
}

Result<std::unique_ptr<Upstream>> open_upstream(const std::string& url) {
    const auto scheme = url.substr(0, url.find("://"));
    if (scheme == "file") return FileUpstream::open(url);
    for (const auto* known : {"rsync", "http", "https"})
        if (scheme == known)
            return Error(Fault::unsupported, escape_text(without_credentials(url)) + ": upstreams by " +
                                                 scheme + ":// are not built yet; file:// works");
    return Error(Fault::bad_input, "\"" + escape_text(without_credentials(url)) + "\" is no upstream URL");
}

}  // namespace mirrorseed::sync
