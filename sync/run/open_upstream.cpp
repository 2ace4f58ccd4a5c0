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
    if (is_metalink(url))
        return Error(Fault::bad_input, without_credentials(url) + " is a metalink, which has no files");
    return open_upstream(*kind, url, manners, memory);
}

Result<std::unique_ptr<Upstream>> open_upstream(const std::string& url, const Wish& wish,
                                                ListingMemory* memory) {
    const auto unread = wish.metalinks.unread.find(url);
    if (unread != wish.metalinks.unread.end()) return unread->second;
    auto manners = wish.manners;
    if (wish.metalinks.of_others.contains(url)) {
        manners.is_named_by_others = true;
        manners.password.clear();
    }
    return open_upstream(url, manners, memory);
}

}  // namespace mirrorseed::sync
