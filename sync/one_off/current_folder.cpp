#include "sync/one_off/current_folder.hpp"

#include <algorithm>

namespace mirrorseed::sync {
namespace {

constexpr std::size_t longest_path = 4095;

Entry entry_from(const FolderItem& item) {
    const auto& facts = item.facts;
    if (facts.is_folder) return {.kind = EntryKind::folder, .mode = facts.mode, .mtime = facts.mtime};
    if (facts.is_file)
        return {.kind = EntryKind::file, .mode = facts.mode, .size = facts.size, .mtime = facts.mtime};
    return {.kind = EntryKind::link, .mode = 0777, .mtime = facts.mtime, .target = item.target};
}

bool is_wanted(const Selection& selection, const FolderItem& item, const RelPath& path) {
    return item.facts.is_folder ? selection.enters(path) : selection.wants(path);
}

// The folder is closed before those below it are opened, however deep they lie.
Result<std::vector<FolderItem>> items_of(const Folder& folder, const RelPath& path) {
    const auto here = folder.folder(path);
    if (!here) return here.error();
    return here->items();
}

}  // namespace

Result<CurrentFolder> CurrentFolder::read(const Folder& folder, const Selection& selection,
                                          Progress& progress) {
    CurrentFolder current;
    const auto read = current.read_folder(folder, RelPath(), selection, progress);
    if (!read) return read.error();
    std::sort(current.folders_.begin(), current.folders_.end(),
              [](const auto& a, const auto& b) { return a.path() < b.path(); });
    return current;
}

Status CurrentFolder::read_folder(const Folder& folder, const RelPath& path, const Selection& selection,
                                  Progress& progress) {
    const auto may_go_on = progress.go_on();
    if (!may_go_on) return may_go_on;
    progress.at(path.str());
    const auto items = items_of(folder, path);
    if (!items) return items.error();
    PackedFolder packed(path);
    std::vector<RelPath> below;
    for (const auto& item : *items) {
        const auto name = RelPath::parse_name(item.name);
        if (!name) return name.error();
        auto item_path = path / *name;
        if (item_path.str().size() > longest_path)
            return Error(Fault::unsafe_path, "a path below " + folder.path() + " is too long");
        if (!is_wanted(selection, item, item_path)) continue;
        progress.file_done();
        packed.append({.name = item.name, .entry = entry_from(item)});
        if (item.facts.is_folder) below.push_back(std::move(item_path));
    }
    packed.sort();
    folders_.push_back(std::move(packed));
    for (const auto& next : below) {
        const auto read = read_folder(folder, next, selection, progress);
        if (!read) return read;
    }
    return {};
}

std::optional<Entry> CurrentFolder::find(const RelPath& path) const {
    const auto above = path.parent();
    const auto found = std::lower_bound(folders_.begin(), folders_.end(), above,
                                        [](const auto& a, const auto& b) { return a.path() < b; });
    if (path.is_root() || found == folders_.end() || found->path() != above) return std::nullopt;
    const auto at = found->find(path.name());
    if (!at) return std::nullopt;
    return found->at(*at).entry;
}

Entry as_listed(Entry current, const Entry& listed) {
    if (current.kind != listed.kind) return current;
    current.hidden = listed.hidden;
    if (current.mtime.seconds() == listed.mtime.seconds()) current.mtime = listed.mtime;
    if (current.kind == EntryKind::folder && current.mode == (listed.mode | 0700)) current.mode = listed.mode;
    if (current.kind == EntryKind::link) current.mode = listed.mode;
    return current;
}

const NamedEntry* CurrentSource::next(std::string_view& folder) {
    const auto& folders = current_.folders();
    while (folder_ < folders.size() && entry_ == folders[folder_].size()) {
        ++folder_;
        entry_ = 0;
    }
    if (folder_ == folders.size()) return nullptr;
    const auto& here = folders[folder_];
    folder = here.path().str();
    auto [name, entry, sureness, validator] = here.at(entry_++);
    const auto listed = listing_.find(here.path() / RelPath::parse_name(name).value());
    item_ = {std::move(name), listed ? as_listed(std::move(entry), *listed) : std::move(entry)};
    return &item_;
}

Result<bool> may_make_way(const Folder& folder, const RelPath& path, const Selection& selection,
                          Deletes deletes) {
    const auto items = items_of(folder, path);
    if (!items) return items.error();
    if (items->empty()) return true;
    if (deletes == Deletes::no) return false;
    for (const auto& item : *items) {
        const auto name = RelPath::parse_name(item.name);
        if (!name) return name.error();
        const auto item_path = path / *name;
        if (!is_wanted(selection, item, item_path)) return false;
        const auto below =
            item.facts.is_folder ? may_make_way(folder, item_path, selection, deletes) : Result<bool>(true);
        if (!below || !*below) return below;
    }
    return true;
}

}  // namespace mirrorseed::sync
