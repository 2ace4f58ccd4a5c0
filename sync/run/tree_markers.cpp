#include "sync/run/tree_markers.hpp"

#include "core/store/read_text.hpp"
#include "core/text.hpp"
#include "sync/plan.hpp"

namespace mirrorseed::sync {
namespace {

constexpr Bytes longest_marker = 64 << 10;
constexpr UnixTime longest_update = 24 * 3600;

const RelPath& root_name(const char* name) {
    static const auto last_update = RelPath::parse_name("lastupdate").value();
    static const auto last_sync = RelPath::parse_name("lastsync").value();
    return std::string_view(name) == "lastupdate" ? last_update : last_sync;
}

const RelPath& trace_folder() {
    static const auto path = RelPath::parse("project/trace").value();
    return path;
}

void take(Freshness& freshness, Store& store, const RelPath& path, const Entry& entry) {
    if (entry.kind != EntryKind::file || !entry.digest || entry.size > longest_marker) return;
    const auto blob = store.blobs().open_blob(*entry.digest);
    if (!blob) return;
    const auto text = read_text(*blob, path.str());
    if (text) freshness.take(path, *text);
}

// Is the upstream's file as the current one? Both may be missing.
std::optional<bool> is_current(Upstream& upstream, const RelPath& path, const std::optional<Entry>& current,
                               Progress& progress) {
    const auto now = upstream.look(path, progress);
    if (!now) return std::nullopt;
    if (!*now || !current) return !*now && !current;
    return (*now)->kind == current->kind && same_size_and_second(**now, *current);
}

// Takes out what no mirror takes over. Answers the marker of an update that is under way.
std::optional<RelPath> take_own_markers(Listing& listing) {
    std::optional<RelPath> updating;
    std::vector<RelPath> never;
    for (const auto& folder : listing.folders()) {
        if (!folder.path().is_root()) continue;
        for (std::size_t at = 0; at < folder.size(); ++at) {
            auto path = RelPath::parse_name(folder.name(at)).value();
            if (marker_of(path) == Marker::update_in_progress) updating = path;
            if (is_never_mirrored(path)) never.push_back(std::move(path));
        }
    }
    for (const auto& path : never)
        listing.take_out(path);
    return updating;
}

}  // namespace

Status honour_markers(Listing& listing, const MarkerSeen& seen, UnixTime now) {
    const auto updating = take_own_markers(listing);
    if (!updating) return {};
    const auto first = seen(*updating);
    if (!first || now - *first < longest_update)
        return Error(Fault::busy, "the upstream is being updated: it has " + escape_text(updating->str()));
    listing.leave_out(*updating, "the upstream has said for more than a day that it is being updated");
    return {};
}

Status honour_markers(Listing& listing, const std::string& upstream, const Surroundings& around) {
    auto& memory = around.store.catalogue().listings();
    const auto tree = around.tree.id;
    const auto now = around.clock();
    bool is_marked = false;
    const auto look_up = [&](const RelPath& marker) {
        is_marked = true;
        const auto seen = memory.marker_seen(tree, upstream, marker);
        if (!seen || *seen > now) memory.see_marker(tree, upstream, marker, now);
        return seen;
    };
    const auto quiet = honour_markers(listing, look_up, now);
    if (!is_marked) memory.forget_marker(tree, upstream);
    return quiet;
}

Freshness current_freshness(Store& store, const TreeRow& tree) {
    Freshness freshness;
    auto& entries = store.catalogue().entries();
    for (const auto& folder : {RelPath(), trace_folder()})
        for (const auto& item : entries.in_folder(tree.id, tree.generation, folder)) {
            const auto path = folder / RelPath::parse_name(item.name).value();
            if (marker_of(path) != Marker::none) take(freshness, store, path, item.entry);
        }
    return freshness;
}

Freshness listed_freshness(Store& store, const Listing& listing) {
    Freshness freshness;
    for (const auto& folder : listing.folders()) {
        if (!folder.path().is_root() && folder.path() != trace_folder()) continue;
        for (std::size_t at = 0; at < folder.size(); ++at) {
            const auto path = folder.path() / RelPath::parse_name(folder.name(at)).value();
            if (marker_of(path) != Marker::none) take(freshness, store, path, folder.at(at).entry);
        }
    }
    return freshness;
}

Listing listing_of(Catalogue& catalogue, const TreeRow& tree) {
    Listing listing;
    const auto all = catalogue.entries().all(tree.id, tree.generation);
    std::string_view folder;
    while (const auto* item = all->next(folder))
        listing.append(RelPath::parse(folder).value(), {.name = item->name, .entry = item->entry});
    return listing;
}

std::optional<Listing> listing_by_markers(Upstream& upstream, Store& store, const TreeRow& tree,
                                          Progress& progress) {
    auto& entries = store.catalogue().entries();
    const auto& update = root_name("lastupdate");
    const auto& sync = root_name("lastsync");
    const auto current = entries.find(tree.id, tree.generation, update);
    if (!current || current->kind != EntryKind::file) return std::nullopt;
    if (!is_current(upstream, update, current, progress).value_or(false)) return std::nullopt;
    const auto alive = upstream.look(sync, progress);
    if (!alive) return std::nullopt;
    auto listing = listing_of(store.catalogue(), tree);
    if (!listing.finish()) return std::nullopt;
    const auto current_alive = entries.find(tree.id, tree.generation, sync);
    const bool is_same = *alive && current_alive && same_size_and_second(**alive, *current_alive);
    if (!*alive != !current_alive)
        return std::nullopt;  // it came or went, and that is for a whole listing to tell
    if (*alive && !is_same) listing.put(sync, **alive);
    return listing;
}

std::optional<RelPath> own_trace(const Listing& listing, const std::string& host) {
    if (host.empty()) return std::nullopt;
    const auto name = RelPath::parse_name(host);
    const auto folder = listing.find(trace_folder());
    if (!name || !folder || folder->kind != EntryKind::folder) return std::nullopt;
    return trace_folder() / *name;
}

}  // namespace mirrorseed::sync
