#include "sync/listing.hpp"

#include "core/text.hpp"
#include "sync/link_target.hpp"

#include <algorithm>

namespace mirrorseed::sync {
namespace {

constexpr Bytes most_bytes = Bytes{1} << 60;

std::string joined(const RelPath& folder, std::string_view name) {
    return folder.is_root() ? std::string(name) : folder.str() + "/" + std::string(name);
}

}  // namespace

void Listing::add(RelPath folder, const std::vector<ListedEntry>& entries) {
    auto& added = folders_.emplace_back(std::move(folder));
    for (const auto& entry : entries)
        added.append(entry);
}

void Listing::append(const RelPath& folder, const ListedEntry& entry) {
    // An upstream lists the entries of a folder one after the other, nearly.
    if (folders_.empty() || folders_.back().path() != folder) {
        const auto [found, is_new] = appended_.try_emplace(folder.str(), folders_.size());
        if (!is_new) return folders_[found->second].append(entry);
        folders_.emplace_back(folder);
    }
    folders_.back().append(entry);
}

void Listing::leave_out(RelPath path, std::string reason) {
    left_out_.push_back({std::move(path), std::move(reason)});
}

void Listing::set_whole_except(const std::unordered_set<std::string>& partial) {
    for (auto& folder : folders_)
        folder.set_whole(!partial.contains(folder.path().str()));
}

void Listing::name_folders_above(FileTime mtime) {
    std::unordered_set<std::string> named;
    std::vector<RelPath> wanted;
    for (const auto& folder : folders_) {
        wanted.push_back(folder.path());
        for (std::size_t at = 0; at < folder.size(); ++at)
            if (folder.kind(at) == EntryKind::folder) named.insert(joined(folder.path(), folder.name(at)));
    }
    const Entry entry{.kind = EntryKind::folder, .mode = 0755, .mtime = mtime};
    for (auto path : wanted)
        for (; !path.is_root() && named.insert(path.str()).second; path = path.parent())
            append(path.parent(), {.name = std::string(path.name()), .entry = entry});
}

Status Listing::finish() {
    appended_ = {};
    std::sort(folders_.begin(), folders_.end(),
              [](const auto& a, const auto& b) { return a.path() < b.path(); });
    for (auto& folder : folders_)
        folder.sort();
    const auto good = check();
    if (!good) return good;
    hide_by_modes();
    take_out_links_that_leave();
    std::sort(left_out_.begin(), left_out_.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    return {};
}

Status Listing::check() const {
    const auto refuse = [](const std::string& path, const char* why) -> Status {
        return Error(Fault::bad_input, "the upstream lists " + escape_text(path) + " " + why);
    };
    Bytes sum = 0;
    for (const auto& folder : folders_) {
        const auto& path = folder.path();
        const auto itself = place_of(path);
        const bool is_listed =
            path.is_root() || (itself && folders_[itself->folder].kind(itself->entry) == EntryKind::folder);
        if (!is_listed) return refuse(path.str(), "only by what is in it");
        for (std::size_t at = 0; at < folder.size(); ++at) {
            const auto name = folder.name(at);
            if (at > 0 && folder.name(at - 1) == name) return refuse(joined(path, name), "twice");
            const auto size = folder.file_size(at);
            if (size > most_bytes || (sum += size) > most_bytes)
                return refuse(joined(path, name), "with a size that no disk holds");
        }
    }
    const auto again = std::adjacent_find(folders_.begin(), folders_.end(),
                                          [](const auto& a, const auto& b) { return a.path() == b.path(); });
    if (again != folders_.end()) return refuse(again->path().str(), "twice");
    return {};
}

Status Listing::add_others(const Listing& others) {
    std::vector<std::pair<RelPath, ListedEntry>> added;
    for (const auto& folder : others.folders_)
        for (std::size_t at = 0; at < folder.size(); ++at) {
            const auto here = folder_at(folder.path().str());
            if (!here || !folders_[*here].find(folder.name(at)))
                added.emplace_back(folder.path(), folder.at(at));
        }
    for (std::size_t at = 0; at < folders_.size(); ++at)
        appended_.emplace(folders_[at].path().str(), at);
    for (const auto& [folder, entry] : added)
        append(folder, entry);
    left_out_.insert(left_out_.end(), others.left_out_.begin(), others.left_out_.end());
    return finish();
}

void Listing::drop_empty_folders() {
    // What is in a folder sorts behind it, so from the back every folder's contents are decided before its
    // own turn.
    std::unordered_set<std::string> needed;
    for (auto folder = folders_.rbegin(); folder != folders_.rend(); ++folder) {
        folder->erase_if([&](std::size_t at) {
            return folder->kind(at) == EntryKind::folder &&
                   !needed.contains(joined(folder->path(), folder->name(at)));
        });
        if (folder->size() > 0) needed.insert(folder->path().str());
    }
    std::erase_if(folders_, [](const PackedFolder& folder) { return folder.size() == 0; });
}

void Listing::hide_by_modes() {
    // A folder sorts before everything in it, so its own state is known when its entries' turn comes.
    std::unordered_set<std::string> hidden;
    for (auto& folder : folders_) {
        const bool below_hidden = hidden.contains(folder.path().str());
        for (std::size_t at = 0; at < folder.size(); ++at) {
            const bool hides = below_hidden || !readable_by_all(folder.kind(at), folder.mode(at));
            folder.set_hidden(at, hides);
            if (hides && folder.kind(at) == EntryKind::folder)
                hidden.insert(joined(folder.path(), folder.name(at)));
        }
    }
}

void Listing::take_out_links_that_leave() {
    const LinkAt link_at = [this](std::string_view path) -> const std::string* {
        const auto slash = path.rfind('/');
        const auto above = folder_at(slash == path.npos ? std::string_view() : path.substr(0, slash));
        if (!above) return nullptr;
        const auto& folder = folders_[*above];
        const auto found = folder.find(slash == path.npos ? path : path.substr(slash + 1));
        return found && folder.kind(*found) == EntryKind::link ? &folder.target(*found) : nullptr;
    };
    // All are judged before the first is taken out, for one may lead through another.
    std::vector<std::unordered_set<std::size_t>> leaving(folders_.size());
    for (std::size_t number = 0; number < folders_.size(); ++number) {
        const auto& folder = folders_[number];
        for (std::size_t at = 0; at < folder.size(); ++at) {
            if (folder.kind(at) != EntryKind::link) continue;
            auto path = folder.path() / RelPath::parse_name(folder.name(at)).value();
            if (!leaves_tree(path, folder.target(at), link_at)) continue;
            leave_out(std::move(path), leaves_the_tree);
            leaving[number].insert(at);
        }
    }
    for (std::size_t number = 0; number < folders_.size(); ++number)
        if (!leaving[number].empty())
            folders_[number].erase_if([&](std::size_t at) { return leaving[number].contains(at); });
}

std::optional<std::size_t> Listing::folder_at(std::string_view path) const {
    const auto found =
        std::lower_bound(folders_.begin(), folders_.end(), path,
                         [](const PackedFolder& a, std::string_view b) { return a.path().str() < b; });
    if (found == folders_.end() || found->path().str() != path) return std::nullopt;
    return static_cast<std::size_t>(found - folders_.begin());
}

std::optional<Listing::Place> Listing::place_of(const RelPath& path) const {
    if (path.is_root()) return std::nullopt;
    const auto folder = folder_at(path.parent().str());
    const auto entry = folder ? folders_[*folder].find(path.name()) : std::nullopt;
    if (!entry) return std::nullopt;
    return Place{static_cast<std::uint32_t>(*folder), static_cast<std::uint32_t>(*entry)};
}

std::optional<Entry> Listing::find(const RelPath& path) const {
    const auto place = place_of(path);
    if (!place) return std::nullopt;
    return at(*place).entry;
}

RelPath Listing::path_of(Place place) const {
    const auto& folder = folders_[place.folder];
    return folder.path() / RelPath::parse_name(folder.name(place.entry)).value();
}

void Listing::take_out(const RelPath& path) {
    const auto place = place_of(path);
    if (place) folders_[place->folder].erase_if([&](std::size_t at) { return at == place->entry; });
}

void Listing::replace(const std::vector<PathEntry>& with, const std::vector<RelPath>& out) {
    std::unordered_set<std::string> gone;
    for (const auto& item : with)
        gone.insert(item.path.str());
    for (const auto& path : out)
        gone.insert(path.str());
    if (gone.empty()) return;
    // A folder sorts before everything in it.
    std::erase_if(folders_, [&](PackedFolder& folder) {
        if (gone.contains(folder.path().str())) {
            for (std::size_t at = 0; at < folder.size(); ++at)
                gone.insert(joined(folder.path(), folder.name(at)));
            return true;
        }
        folder.erase_if(
            [&](std::size_t at) { return gone.contains(joined(folder.path(), folder.name(at))); });
        return false;
    });
    for (const auto& item : with)
        put(item.path, item.entry);
}

void Listing::date_if_undated(Place place, FileTime mtime) {
    auto& folder = folders_[place.folder];
    if (folder.mtime(place.entry) == FileTime()) folder.set_mtime(place.entry, mtime);
}

const PackedFolder* Listing::folder(const RelPath& path) const {
    const auto at = folder_at(path.str());
    return at ? &folders_[*at] : nullptr;
}

void Listing::put(const RelPath& path, const Entry& entry) {
    take_out(path);
    const auto folder = folder_at(path.parent().str());
    if (!folder) return;
    folders_[*folder].append({.name = std::string(path.name()), .entry = entry});
    folders_[*folder].sort();
}

void Listing::set_digest(Place place, const Digest& digest) {
    folders_[place.folder].set_digest(place.entry, digest);
}

std::uint64_t Listing::files() const {
    std::uint64_t count = 0;
    for (const auto& folder : folders_)
        for (std::size_t at = 0; at < folder.size(); ++at)
            count += folder.kind(at) == EntryKind::file ? 1 : 0;
    return count;
}

Bytes Listing::bytes() const {
    Bytes sum = 0;
    for (const auto& folder : folders_)
        for (std::size_t at = 0; at < folder.size(); ++at)
            sum += folder.file_size(at);
    return sum;
}

}  // namespace mirrorseed::sync
