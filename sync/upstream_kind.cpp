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

bool is_metalink(const std::string& url) {
    if (!url.starts_with("https://") && !url.starts_with("http://") && !url.starts_with("file://"))
        return false;
    const auto mark = url.find('?');
    const auto query = mark == url.npos ? std::string() : url.substr(mark + 1);
    if (query == "metalink" || query == "meta4") return true;
    const auto before = url.substr(0, mark);
    const auto begin = before.find('/', before.find("://") + 3);  // behind the host
    const auto path = begin == before.npos ? std::string() : before.substr(begin);
    return path.ends_with("/metalink") || path.ends_with(".metalink") || path.ends_with(".meta4");
}

unsigned usual_connections(UpstreamKind kind) {
    return kind == UpstreamKind::pages ? 4 : 1;
}

}  // namespace mirrorseed::sync
