#include "sync/run/open_upstream.hpp"

#include "core/http/shown_url.hpp"
#include "sync/file_upstream.hpp"
#include "sync/http/http_upstream.hpp"
#include "sync/rsync/rsync_proxy.hpp"
#include "sync/rsync/rsync_upstream.hpp"

namespace mirrorseed::sync {
namespace {

Result<std::unique_ptr<Upstream>> open_rsync(const std::string& url, Manners manners) {
    auto proxy = rsync_proxy(manners.proxy);
    if (!proxy) return proxy.error();
    manners.proxy = std::move(*proxy);
    return RsyncUpstream::open(url, manners);
}

}  // namespace

Result<std::unique_ptr<Upstream>> open_upstream(const std::string& url, const Manners& manners,
                                                ListingMemory* memory) {
    const auto scheme = url.substr(0, url.find("://"));
    if (scheme == "file") return FileUpstream::open(url);
    if (scheme == "rsync") return open_rsync(url, manners);
    if (scheme == "http" || scheme == "https") return HttpUpstream::open(url, manners, memory);
    return Error(Fault::bad_input, "\"" + without_credentials(url) + "\" is no upstream URL");
}

}  // namespace mirrorseed::sync
