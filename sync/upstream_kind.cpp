#include "sync/upstream_kind.hpp"

#include "core/http/shown_url.hpp"

namespace mirrorseed::sync {

Result<UpstreamKind> kind_of(const std::string& url) {
    const auto end = url.find("://");
    const auto scheme = end == url.npos ? std::string() : url.substr(0, end);
    if (scheme == "file") return UpstreamKind::files;
    if (scheme == "rsync") return UpstreamKind::rsync;
    if (scheme == "http" || scheme == "https") return UpstreamKind::pages;
    return Error(Fault::bad_input, "\"" + without_credentials(url) + "\" is no upstream URL");
}

unsigned usual_connections(UpstreamKind kind) {
    return kind == UpstreamKind::pages ? 4 : 1;
}

}  // namespace mirrorseed::sync
