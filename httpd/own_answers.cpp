#include "httpd/own_answers.hpp"

#include "httpd/found_facts.hpp"
#include "httpd/own_paths.hpp"

#include <optional>
#include <utility>

namespace mirrorseed::httpd {
namespace {

// In a time that tells nothing of where they differ.
bool is_same_secret(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    int difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        difference |= a[i] ^ b[i];
    return difference == 0;
}

std::optional<Refused> ask_for_token(const Wanted& wanted, const Site& site, const char* why) {
    if (!site.admin_token.empty() && is_same_secret(wanted.bearer, site.admin_token)) return std::nullopt;
    return Refused{wanted.bearer.empty() ? 401U : 403U, why};
}

std::optional<Refused> keep_out(OwnAccess access, const Wanted& wanted, const Site& site) {
    if (access == OwnAccess::everybody) return std::nullopt;
    if (access == OwnAccess::token_holders)
        return ask_for_token(wanted, site, "this is done for those who have the token");
    switch (site.behaviour.status_access) {
        case StatusAccess::local:
            if (wanted.peer.local) return std::nullopt;
            return Refused{403,
                           "the status is told to this machine alone: by no proxy, by the name localhost or "
                           "an address, and at a Unix socket to root and the server's own user"};
        case StatusAccess::token:
            return ask_for_token(wanted, site, "the status is told to those who have the token");
        case StatusAccess::everybody:
            break;
    }
    return std::nullopt;
}

bool is_missing(OwnThing thing, const Site& site) {
    return (thing == OwnThing::status && !site.status) || (thing == OwnThing::metrics && !site.metrics);
}

TextFound page(std::string text, std::string_view media_type) {
    auto found = text_found(std::move(text), media_type);
    found.compressible = true;
    return found;
}

Found note_sync(const std::string& tree, const Site& site) {
    switch (site.ask_sync ? site.ask_sync(tree) : SyncNote::nobody_there) {
        case SyncNote::noted:
            return Noted();
        case SyncNote::no_such_tree:
            return Refused{404, "there is no such tree"};
        case SyncNote::nobody_there:
            break;
    }
    return Refused{503, "nobody syncs here; `mirrorseed run` does"};
}

Found answer(const OwnPath& own, Source& source, const Site& site) {
    switch (own.row.thing) {
        case OwnThing::health:
            return text_found("ok\n", "text/plain; charset=utf-8");
        case OwnThing::status:
            return page(site.status(), "application/json");
        case OwnThing::metrics:
            return page(site.metrics(), "text/plain; version=0.0.4; charset=utf-8");
        case OwnThing::tree_sync:
            return note_sync(own.name, site);
        case OwnThing::tree_changes:
        case OwnThing::blob:
        case OwnThing::seed:
        case OwnThing::torrent:
        case OwnThing::releases:
        case OwnThing::releases_json:
        case OwnThing::releases_rss:
        case OwnThing::tree_head:
        case OwnThing::tree_manifest:
            break;
        case OwnThing::announce:
        case OwnThing::scrape:
            return Refused{404, "the tracker answers where it is on, and to paths spelled without escapes"};
    }
    return source.find_own(own);
}

template <class Content>
void apply(Caching caching, Content& found) {
    found.facts.cache_control = cache_control_of(caching);
    if (caching == Caching::never) found.still_holds = {};
}

Found cached_as(Caching caching, Found found) {
    if (auto* file = std::get_if<FileFound>(&found)) apply(caching, *file);
    if (auto* text = std::get_if<TextFound>(&found)) apply(caching, *text);
    return found;
}

}  // namespace

Found find_own(const Target& target, const Wanted& wanted, Source& source, const Site& site) {
    const auto match = match_own_path(wanted.method, target);
    if (match.status != 0) return Refused{match.status, {}};
    const auto& row = match.path.row;
    if (is_missing(row.thing, site)) return Refused{404, {}};
    if (auto refused = keep_out(row.access, wanted, site)) return std::move(*refused);
    return cached_as(row.caching, answer(match.path, source, site));
}

}  // namespace mirrorseed::httpd
