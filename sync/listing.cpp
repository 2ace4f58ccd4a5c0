#include "sync/listing.hpp"

#include "sync/link_target.hpp"

#include <algorithm>
#include <unordered_set>

namespace mirrorseed::sync {
namespace {

auto by_name = [](const NamedEntry& a, const NamedEntry& b) { return a.name < b.name; };

}  // namespace

void Listing::add(RelPath folder, std::vector<NamedEntry> entries) {
    folders_.push_back({std::move(folder), std::move(entries)});
}

void Listing::leave_out(RelPath path, std::string reason) {
    left_out_.push_back({std::move(path), std::move(reason)});
}

void Listing::finish() {
    sort();
    hide_what_is_below_hidden_folders();
    take_out_links_that_leave();
    std::sort(left_out_.begin(), left_out_.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
}

void Listing::drop_empty_folders() {
    // What is in a folder sorts behind it, so from the back every folder's contents are settled before its
    // own turn.
    std::unordered_set<std::string> needed;
    for (auto folder = folders_.rbegin(); folder != folders_.rend(); ++folder) {
        std::erase_if(folder->entries, [&](const NamedEntry& item) {
            const auto& above = folder->path.str();
            return item.entry.kind == EntryKind::folder &&
                   !needed.contains(above.empty() ? item.name : above + "/" + item.name);
        });
        if (!folder->entries.empty()) needed.insert(folder->path.str());
    }
    std::erase_if(folders_, [](const ListedFolder& folder) { return folder.entries.empty(); });
}

void Listing::sort() {
    std::sort(folders_.begin(), folders_.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    for (auto& folder : folders_)
        std::sort(folder.entries.begin(), folder.entries.end(), by_name);
}

void Listing::hide_what_is_below_hidden_folders() {
    // A folder sorts before everything in it, so its own state is settled when its entries' turn comes.
    std::unordered_set<std::string> hidden;
    for (auto& folder : folders_) {
        const bool below_hidden = hidden.contains(folder.path.str());
        for (auto& [name, entry] : folder.entries) {
            entry.hidden = below_hidden || !readable_by_all(entry.kind, entry.mode);
            if (entry.hidden && entry.kind == EntryKind::folder)
                hidden.insert(folder.path.is_root() ? name : folder.path.str() + "/" + name);
        }
    }
}

void Listing::take_out_links_that_leave() {
    const LinkAt link_at = [this](std::string_view path) -> const std::string* {
        const auto slash = path.rfind('/');
        const auto* folder =
            folder_at(slash == std::string_view::npos ? std::string_view() : path.substr(0, slash));
        if (folder == nullptr) return nullptr;
        const auto name = slash == std::string_view::npos ? path : path.substr(slash + 1);
        const auto found =
            std::lower_bound(folder->entries.begin(), folder->entries.end(), name,
                             [](const NamedEntry& a, std::string_view b) { return a.name < b; });
        if (found == folder->entries.end() || found->name != name || found->entry.kind != EntryKind::link)
            return nullptr;
        return &found->entry.target;
    };
    std::vector<RelPath> leaving;
    for (const auto& folder : folders_)
        for (const auto& [name, entry] : folder.entries) {
            if (entry.kind != EntryKind::link) continue;
            auto path = folder.path / RelPath::parse_name(name).value();
            if (!leaves_tree(path, entry.target, link_at)) continue;
            leave_out(path, "a symbolic link that leaves the tree");
            leaving.push_back(std::move(path));
        }
    for (const auto& path : leaving)
        update(path, std::nullopt);
}

Listing::ListedFolder* Listing::folder_at(std::string_view path) {
    const auto found =
        std::lower_bound(folders_.begin(), folders_.end(), path,
                         [](const ListedFolder& a, std::string_view b) { return a.path.str() < b; });
    return found != folders_.end() && found->path.str() == path ? &*found : nullptr;
}

const Listing::ListedFolder* Listing::folder_at(std::string_view path) const {
    return const_cast<Listing*>(this)->folder_at(path);
}

const Entry* Listing::find(const RelPath& path) const {
    const auto* folder = folder_at(path.parent().str());
    if (folder == nullptr || path.is_root()) return nullptr;
    const auto found = std::lower_bound(folder->entries.begin(), folder->entries.end(), path.name(),
                                        [](const NamedEntry& a, std::string_view b) { return a.name < b; });
    return found != folder->entries.end() && found->name == path.name() ? &found->entry : nullptr;
}

void Listing::update(const RelPath& path, const std::optional<Entry>& now) {
    auto* folder = folder_at(path.parent().str());
    if (folder == nullptr) return;
    const auto found = std::lower_bound(folder->entries.begin(), folder->entries.end(), path.name(),
                                        [](const NamedEntry& a, std::string_view b) { return a.name < b; });
    if (found == folder->entries.end() || found->name != path.name()) return;
    if (now)
        found->entry = *now;
    else
        folder->entries.erase(found);
}

std::uint64_t Listing::files() const {
    std::uint64_t count = 0;
    for (const auto& folder : folders_)
        for (const auto& item : folder.entries)
            count += item.entry.kind == EntryKind::file ? 1 : 0;
    return count;
}

Bytes Listing::bytes() const {
    Bytes sum = 0;
    for (const auto& folder : folders_)
        for (const auto& item : folder.entries)
            sum += item.entry.size;
    return sum;
}

}  // namespace mirrorseed::sync
