#include "sync/run/hold_back.hpp"

#include "sync/index_rank.hpp"
#include "sync/link_target.hpp"

#include <algorithm>
#include <unordered_map>

namespace mirrorseed::sync {
namespace {

// The folder that holds `path`; the root's is the root.
std::string_view above(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

bool is_within(std::string_view path, std::string_view folder) {
    return folder.empty() || path == folder || (path.starts_with(folder) && path[folder.size()] == '/');
}

RelPath path_of(const PackedFolder& folder, std::size_t at) {
    return folder.path() / RelPath::parse_name(folder.name(at)).value();
}

using Links = std::unordered_map<std::string, const std::string*>;

Links links_of(const Listing& listing) {
    Links links;
    for (const auto& folder : listing.folders())
        for (std::size_t at = 0; at < folder.size(); ++at)
            if (folder.kind(at) == EntryKind::link)
                links.emplace(path_of(folder, at).str(), &folder.target(at));
    return links;
}

}  // namespace

HoldBack::HoldBack(const std::vector<RelPath>& bad, const std::vector<RelPath>& waiting,
                   const Listing& listing) {
    if (bad.empty() && waiting.empty()) return;
    const auto indexes = indexes_of(listing);
    for (const auto& path : bad) {
        keep(path);
        add_scope_of(path, indexes);
    }
    for (const auto& path : waiting)
        keep(path);
    add_links_to_bad(listing);
}

void HoldBack::keep(const RelPath& path) {
    bad_.insert(path.str());
    for (auto folder = above(path.str());; folder = above(folder))
        if (!bad_folders_.emplace(folder).second || folder.empty()) break;
}

HoldBack::Indexes HoldBack::indexes_of(const Listing& listing) {
    Indexes indexes;
    for (const auto& folder : listing.folders()) {
        auto highest = IndexRank::content;
        bool has_root = false;
        for (std::size_t at = 0; at < folder.size(); ++at) {
            if (folder.kind(at) == EntryKind::folder) continue;
            const auto rank = index_rank(path_of(folder, at));
            highest = std::max(highest, rank);
            has_root = has_root || rank == IndexRank::root;
        }
        const std::string_view path = folder.path().str();
        if (has_root) indexes.roots.insert(path);
        if (highest == IndexRank::content) continue;
        for (auto at = path; indexes.in_or_below.insert(at).second && !at.empty();)
            at = above(at);
    }
    return indexes;
}

void HoldBack::add_scope_of(const RelPath& bad, const Indexes& indexes) {
    if (!indexes.in_or_below.contains("")) return;
    auto scope = above(bad.str());
    while (!indexes.in_or_below.contains(scope))
        scope = above(scope);
    for (auto at = scope;; at = above(at)) {
        if (indexes.roots.contains(at)) scope = at;
        if (at.empty()) break;
    }
    if (std::any_of(scopes_.begin(), scopes_.end(),
                    [&](const RelPath& other) { return is_within(scope, other.str()); }))
        return;
    std::erase_if(scopes_, [&](const RelPath& other) { return is_within(other.str(), scope); });
    scopes_.push_back(RelPath::parse(scope).value());
}

void HoldBack::add_links_to_bad(const Listing& listing) {
    const auto links = links_of(listing);
    const LinkAt link_at = [&](std::string_view path) -> const std::string* {
        const auto found = links.find(std::string(path));
        return found == links.end() ? nullptr : found->second;
    };
    for (const auto& [path, target] : links) {
        const auto end = end_of_link(RelPath::parse(path).value(), *target, link_at).path;
        if (end && does_not_come(*end)) links_.insert(path);
    }
}

// As far as the new state tells: an index that keeps its old state may be one that did not exist.
bool HoldBack::does_not_come(const std::string& path) const {
    if (bad_.contains(path) || bad_folders_.contains(path)) return true;
    const auto name = RelPath::parse(path);
    return name && is_in_scope(*name) && index_rank(*name) != IndexRank::content;
}

bool HoldBack::is_in_scope(const RelPath& path) const {
    return std::any_of(scopes_.begin(), scopes_.end(),
                       [&](const RelPath& scope) { return is_within(path.str(), scope.str()); });
}

bool HoldBack::keeps_old(const RelPath& path, std::optional<EntryKind> before,
                         std::optional<EntryKind> after) const {
    if (bad_.contains(path.str()) || links_.contains(path.str())) return true;
    if (!is_in_scope(path)) return false;
    if (!after) return true;
    if (*after == EntryKind::folder) return false;
    // What was in the folder is not deleted, so nothing else can take its place.
    if (before == EntryKind::folder) return true;
    return index_rank(path) != IndexRank::content;
}

}  // namespace mirrorseed::sync
