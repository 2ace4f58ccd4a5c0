#include "httpd/own_paths.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace mirrorseed::httpd {
namespace {

constexpr auto get = Method::get;
using Access = OwnAccess;

constexpr std::array table{
    OwnRow{get, "health", OwnThing::health, Access::everybody, Caching::never, "200 when serving"},
    OwnRow{get, "status.json", OwnThing::status, Access::status_viewers, Caching::never,
           "the state of trees and jobs, for operators"},
    OwnRow{get, "metrics", OwnThing::metrics, Access::status_viewers, Caching::never,
           "counters, for Prometheus"},
    OwnRow{get, "blob/sha256/HEX", OwnThing::blob, Access::everybody, Caching::for_ever,
           "a content by its digest"},
    OwnRow{get, "seed/INFOHASH/...", OwnThing::seed, Access::everybody, Caching::for_ever,
           "a torrent's data by its info hash, as a web seed, whatever became of the tree"},
    OwnRow{get, "torrent/INFOHASH", OwnThing::torrent, Access::everybody, Caching::ask_again,
           "a release's page by its info hash; with .torrent, .magnet, .meta4 or .sha256 behind it, that"},
    OwnRow{get, "releases.json", OwnThing::releases_json, Access::everybody, Caching::ask_again,
           "what has a torrent, former releases too"},
    OwnRow{get, "releases.rss", OwnThing::releases_rss, Access::everybody, Caching::ask_again,
           "a feed of torrents, which clients follow by themselves"},
    OwnRow{get, "releases/...", OwnThing::releases, Access::everybody, Caching::ask_again,
           "releases as pages: all, TREE's, and TREE/PATH alone, with .torrent and kin behind it what "
           "describes it; "
           "TREE.rss is a tree's feed"},
    OwnRow{get, "trees/TREE/head", OwnThing::tree_head, Access::everybody, Caching::ask_again,
           "which generation is published, signed where there is a key"},
    OwnRow{get, "trees/TREE/manifest", OwnThing::tree_manifest, Access::everybody, Caching::ask_again,
           "all of that generation, compressed with zstd"},
    OwnRow{get, "trees/TREE/changes", OwnThing::tree_changes, Access::everybody, Caching::ask_again,
           "what became of an earlier generation, N of ?since=N&lineage=L, until now, or until M of &upto=M; "
           "410 where that is not known here"},
    OwnRow{Method::post, "trees/TREE/sync", OwnThing::tree_sync, Access::token_holders, Caching::never,
           "have its upstreams looked at now"},
    OwnRow{get, "announce", OwnThing::announce, Access::everybody, Caching::never,
           "the tracker, where `tracker` is on: who else has a torrent of ours"},
    OwnRow{get, "scrape", OwnThing::scrape, Access::everybody, Caching::never,
           "how many have a torrent of ours"},
};

constexpr std::string_view all_that_follows = "...";

bool is_any_name(std::string_view part) {
    return part.front() >= 'A' && part.front() <= 'Z';
}

// Cuts the first part off.
std::string_view take_part(std::string_view& path) {
    const auto end = std::min(path.find('/'), path.size());
    const auto part = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    return part;
}

// A slash at the end is for folders, of which there is only one: all that follows, where that is nothing.
std::optional<OwnPath> match_row(const OwnRow& row, std::string_view path, bool folder) {
    OwnPath own{.row = row, .name = {}, .rest = {}, .query = {}};
    for (auto pattern = row.pattern; !pattern.empty();) {
        const auto wanted = take_part(pattern);
        if (wanted == all_that_follows) {
            if (folder && !path.empty()) return std::nullopt;
            own.rest = RelPath::parse(path).value();
            return own;
        }
        const auto part = take_part(path);
        if (part.empty() || (part != wanted && !is_any_name(wanted))) return std::nullopt;
        if (is_any_name(wanted)) own.name = part;
    }
    if (folder || !path.empty()) return std::nullopt;
    return own;
}

std::string_view below_own(const RelPath& path) {
    const std::string_view text = path.str();
    return text.substr(std::min(own_prefix.size() - 1, text.size()));
}

}  // namespace

std::span<const OwnRow> own_rows() {
    return table;
}

bool is_own(const RelPath& path) {
    const std::string_view text = path.str();
    return text == "-" || text.starts_with(own_prefix.substr(1));
}

OwnMatch match_own_path(Method method, const Target& target, std::span<const OwnRow> rows) {
    const auto wanted = is_reading(method) ? Method::get : method;
    unsigned status = is_reading(method) ? 404 : 405;
    for (const auto& row : rows) {
        auto own = match_row(row, below_own(target.path), target.folder);
        if (!own) continue;
        if (row.method == wanted) {
            own->query = target.query;
            return {.status = 0, .path = std::move(*own)};
        }
        status = 405;
    }
    return {.status = status};
}

bool is_open_to_pages(std::string_view text, std::span<const OwnRow> rows) {
    const auto parsed = parse_target(text);
    if (parsed.status != 0 || !is_own(parsed.target.path)) return true;
    const auto path = below_own(parsed.target.path);
    return std::none_of(rows.begin(), rows.end(), [&](const OwnRow& row) {
        const bool is_tracker = row.thing == OwnThing::announce || row.thing == OwnThing::scrape;
        return (row.access != OwnAccess::everybody || is_tracker) &&
               match_row(row, path, parsed.target.folder);
    });
}

std::string allowed_methods(std::string_view text, std::span<const OwnRow> rows) {
    constexpr std::string_view of_most_paths = "GET, HEAD, OPTIONS";
    const auto parsed = parse_target(text);
    if (parsed.status != 0 || !is_own(parsed.target.path)) return std::string(of_most_paths);
    const auto has = [&](Method method) { return match_own_path(method, parsed.target, rows).status == 0; };
    if (!has(Method::post)) return std::string(of_most_paths);
    return has(Method::get) ? "GET, HEAD, OPTIONS, POST" : "OPTIONS, POST";
}

std::string_view cache_control_of(Caching caching) {
    switch (caching) {
        case Caching::never:
            return "no-store";
        case Caching::ask_again:
            return "no-cache";
        case Caching::for_ever:
            break;
    }
    return "public, max-age=31536000, immutable";
}

std::string blob_path(const Digest& digest) {
    return std::string(own_prefix) + "blob/sha256/" + digest.hex();
}

}  // namespace mirrorseed::httpd
