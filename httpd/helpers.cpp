#include "httpd/helpers.hpp"

#include "httpd/own_paths.hpp"
#include "httpd/request_target.hpp"

#include <algorithm>

namespace mirrorseed::httpd {

namespace {

// Told without decoding the target, as most are of the source.
bool may_be_own(std::string_view target) {
    return !target.starts_with('/') || target.find("/-") != target.npos || target.find('%') != target.npos;
}

}  // namespace

WaitsFor what_it_waits_for(const Wanted& wanted) {
    if (!may_be_own(wanted.target)) return WaitsFor::source;
    const auto parsed = parse_target(wanted.target);
    if (parsed.status != 0) return WaitsFor::nothing;
    if (!is_own(parsed.target.path)) return WaitsFor::source;
    const auto match = match_own_path(wanted.method, parsed.target);
    if (match.status != 0) return WaitsFor::nothing;
    switch (match.path.row.thing) {
        case OwnThing::health:
        case OwnThing::tree_sync:
        case OwnThing::announce:
        case OwnThing::scrape:
            return WaitsFor::nothing;
        case OwnThing::status:
        case OwnThing::metrics:
            return WaitsFor::status;
        case OwnThing::blob:
        case OwnThing::seed:
        case OwnThing::torrent:
        case OwnThing::releases:
        case OwnThing::releases_json:
        case OwnThing::releases_rss:
        case OwnThing::tree_head:
        case OwnThing::tree_manifest:
        case OwnThing::tree_changes:
            break;
    }
    return WaitsFor::source;
}

std::size_t disk_readers_of(std::size_t asked, std::size_t cores) {
    return asked > 0 ? asked : std::clamp<std::size_t>(8 * cores, 32, 256);
}

void Helpers::join() {
    for (auto* pool : {&look_ups, &disk_readers, &status})
        pool->join();
}

}  // namespace mirrorseed::httpd
