#include "sync/run/open_upstream.hpp"

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

Result<std::unique_ptr<Upstream>> open_upstream(UpstreamKind kind, const std::string& url,
                                                const Manners& manners, ListingMemory* memory) {
    switch (kind) {
        case UpstreamKind::files:
            return FileUpstream::open(url);
        case UpstreamKind::rsync:
            return open_rsync(url, manners);
        case UpstreamKind::pages:
            break;
    }
    return HttpUpstream::open(url, manners, memory);
}

Result<std::unique_ptr<Upstream>> open_upstream(const std::string& url, const Manners& manners,
                                                ListingMemory* memory) {
    const auto kind = kind_of(url);
    if (!kind) return kind.error();
    return open_upstream(*kind, url, manners, memory);
}

}  // namespace mirrorseed::sync
