#include "sync/better_told.hpp"

#include "sync/link_target.hpp"

#include <unordered_map>

namespace mirrorseed::sync {
namespace {

using Links = std::unordered_map<std::string, Entry>;

std::string joined(std::string_view folder, std::string_view name) {
    return folder.empty() ? std::string(name) : std::string(folder) + "/" + std::string(name);
}

// Does a listing say the same of both, as far as it tells? A file that came is told more exactly than its
// double that did not. Folders have times of their own.
bool is_told_alike(const ListedEntry& one, const ListedEntry& other) {
    if (one.entry.kind != other.entry.kind) return false;
    if (one.entry.kind != EntryKind::file) return one.entry.target == other.entry.target;
    const bool same_size = one.sureness.may_be_of_size(other.entry.size, one.entry.size) ||
                           other.sureness.may_be_of_size(one.entry.size, other.entry.size);
    const bool both_dated = one.sureness.has_exact_time() && other.sureness.has_exact_time();
    return same_size && (!both_dated || one.entry.mtime == other.entry.mtime);
}

// Everything below the one is told to be below the other, too, and nothing more.
bool show_the_same(const Listing& listing, const RelPath& one, const RelPath& other) {
    const auto* first = listing.folder(one);
    const auto* second = listing.folder(other);
    if (first == nullptr || second == nullptr) return first == second;
    if (first->size() != second->size()) return false;
    for (std::size_t at = 0; at < first->size(); ++at) {
        if (first->name(at) != second->name(at) || !is_told_alike(first->at(at), second->at(at)))
            return false;
        if (first->kind(at) != EntryKind::folder) continue;
        const auto name = RelPath::parse_name(first->name(at)).value();
        if (!show_the_same(listing, one / name, other / name)) return false;
    }
    return true;
}

class Keeper {
public:
    Keeper(Listing& listing, Links links) : listing_(listing), links_(std::move(links)) {}

    // Judged by the listing as it came: one link may lead through another.
    std::vector<PathEntry> links_to_keep() const {
        std::vector<PathEntry> kept;
        for (const auto& [name, entry] : links_) {
            const auto path = RelPath::parse(name).value();
            if (stays(path, entry)) kept.push_back({path, entry});
        }
        return kept;
    }

private:
    bool stays(const RelPath& path, const Entry& entry) const {
        const LinkAt link_at = [this](std::string_view at) -> const std::string* {
            const auto found = links_.find(std::string(at));
            return found == links_.end() ? nullptr : &found->second.target;
        };
        const auto end = end_of_link(path, entry.target, link_at).path;
        const auto target = end ? RelPath::parse(*end) : Result<RelPath>(Error(Fault::not_found, "nowhere"));
        const auto shown = listing_.place_of(path);
        const auto behind = target ? listing_.place_of(*target) : std::nullopt;
        // No page shows a link that leads to nothing.
        if (!shown) return !behind && !(target && target->is_root());
        if (!target || target->is_root() || !behind) return false;
        if (listing_.kind_at(*shown) == EntryKind::link) return false;  // it is told after all
        if (!is_told_alike(listing_.at(*shown), listing_.at(*behind))) return false;
        return listing_.kind_at(*shown) != EntryKind::folder || show_the_same(listing_, path, *target);
    }

    Listing& listing_;
    Links links_;
};

}  // namespace

void keep_what_was_told_better(Listing& listing, EntrySource& current, const std::vector<RelPath>& leaving) {
    const auto tells = listing.tells();
    if (tells.links && tells.modes) return;
    Links links;
    std::string_view folder;
    while (const auto* item = current.next(folder)) {
        const auto& entry = item->entry;
        if (entry.kind == EntryKind::link) {
            if (!tells.links) links.emplace(joined(folder, item->name), entry);
            continue;
        }
        if (tells.modes) continue;
        const auto place = listing.place_of(RelPath::parse(joined(folder, item->name)).value());
        if (!place || listing.kind_at(*place) != entry.kind) continue;
        listing.set_mode(*place, entry.mode);
        if (entry.kind == EntryKind::folder) listing.date_if_undated(*place, entry.mtime);
    }
    if (!tells.modes) listing.hide_by_modes();
    if (tells.links) return;
    listing.replace(Keeper(listing, std::move(links)).links_to_keep(), leaving);
}

}  // namespace mirrorseed::sync
