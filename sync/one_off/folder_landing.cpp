#include "sync/one_off/folder_landing.hpp"

#include "sync/one_off/partial_folder.hpp"

#include <unordered_set>

namespace mirrorseed::sync {
namespace {

namespace errc = boost::system::errc;

RelPath our_name(std::string_view name) {
    return RelPath::parse_name(name).value();
}

Entry entry_of(const FileFacts& facts) {
    return {.mode = facts.mode, .size = facts.size, .mtime = facts.mtime};
}

// What an earlier run had no time to commit. The names of the files that came whole.
Result<std::unordered_set<std::string>> whole_files(const Folder& partial) {
    const auto items = partial.items();
    if (!items) return items.error();
    std::unordered_set<std::string> whole;
    bool is_synced = false;
    for (const auto& item : *items) {
        if (is_whole_name(item.name)) whole.insert(item.name);
        if (!is_came_name(item.name)) continue;
        const auto synced = is_synced ? Status() : sync_file_system(partial);
        if (!synced) return synced.error();
        is_synced = true;
        const auto name = whole_name_of(item.name);
        const auto renamed = partial.rename(our_name(item.name), partial, name);
        if (!renamed) return renamed.error();
        whole.insert(name.str());
    }
    return whole;
}

}  // namespace

Result<std::vector<Plan::Fetch>> FolderLanding::recall(const Listing& listing,
                                                       std::vector<Plan::Fetch>& wanted) {
    auto whole = whole_files(partial_);
    if (!whole) return whole.error();
    std::vector<Plan::Fetch> ready, rest;
    for (auto item : wanted) {
        const auto path = whole->empty() ? RelPath() : listing.path_of(item.place);
        const auto name = whole->empty() ? RelPath() : whole_name(path);
        const auto facts = whole->contains(name.str()) ? partial_.facts(name) : Result<FileFacts>(Error());
        const auto listed = listing.at(item.place);
        if (!facts || !facts->is_file) {
            rest.push_back(item);
        } else if (!listed.sureness.is_exact()) {
            item.replaces = true;
            whole->erase(name.str());
            rest.push_back(item);
        } else if (same_size_and_second(listed.entry, entry_of(*facts))) {
            const auto dressed = partial_.set_mode_and_time(name, listed.entry);
            if (!dressed) return dressed.error();
            whole->erase(name.str());
            ready.push_back(item);
        } else {
            rest.push_back(item);
        }
    }
    wanted = std::move(rest);
    for (const auto& name : *whole) {
        const auto removed = partial_.remove_tree(our_name(name));
        if (!removed) return removed.error();
    }
    return ready;
}

std::optional<Entry> FolderLanding::current(const RelPath& path) {
    const auto whole = partial_.facts(whole_name(path));
    if (whole && whole->is_file) return entry_of(*whole);
    const auto shown = mirror_.facts(path);
    if (shown && shown->is_file) return entry_of(*shown);
    return std::nullopt;
}

Result<Descriptor> FolderLanding::open_newest(const RelPath& path) const {
    auto waiting = partial_.open_file(whole_name(path));
    const bool none_waits = !waiting && waiting.error().is(errc::no_such_file_or_directory);
    return none_waits ? mirror_.open_file(path) : std::move(waiting);
}

// Its place is not told.
Status FolderLanding::show_current(const RelPath& path, const Entry&, const Folder& folder,
                                   const RelPath& name) {
    return mirror_.hard_link(path, folder, name);
}

Result<Landing::Verdict> FolderLanding::take(const Folder& from, const RelPath& name, Arrival& arrival,
                                             Acquire) {
    const auto& [path, entry] = arrival.item;
    const auto dressed = from.set_mode_and_time(name, entry);
    if (!dressed) return dressed.error();
    const auto renamed = from.rename(name, partial_, came_name(path));
    if (!renamed) return renamed.error();
    arrival.stored = true;
    return Verdict::taken;
}

Status FolderLanding::commit(std::vector<Arrival>& batch) {
    const auto synced = sync_file_system(partial_);
    if (!synced) return synced;
    for (const auto& arrival : batch) {
        const auto& path = arrival.item.path;
        const auto renamed = partial_.rename(came_name(path), partial_, whole_name(path));
        if (!renamed) return renamed;
    }
    return {};
}

}  // namespace mirrorseed::sync
