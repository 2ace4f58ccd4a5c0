#include "sync/file_upstream.hpp"

#include "core/system/links_beneath.hpp"
#include "core/text.hpp"
#include "sync/as_listed.hpp"

#include <unistd.h>

namespace mirrorseed::sync {
namespace {

namespace errc = boost::system::errc;

// Or a link has its name, or that of a folder above.
bool is_gone(const Error& error) {
    return error.is(errc::no_such_file_or_directory) || error.is(errc::not_a_directory) ||
           error.is(errc::too_many_symbolic_link_levels);
}

bool is_behind_link(const Error& error) {
    return error.is(errc::too_many_symbolic_link_levels);
}

Error changed(const std::string& name) {
    return {Fault::changed, name + " changed while it was read"};
}

}  // namespace

Result<std::string> path_of_file_url(const std::string& url) {
    auto path = percent_decode(url.substr(std::string_view("file://").size()));
    if (!path) return path.error();
    if (!path->starts_with('/') || path->find('\0') != std::string::npos)
        return Error(Fault::bad_input,
                     "\"" + escape_text(url) + "\" must name an absolute path: file:///srv/tree/");
    return path;
}

Result<std::unique_ptr<Upstream>> FileUpstream::open(const std::string& url) {
    const auto path = path_of_file_url(url);
    if (!path) return path.error();
    auto folder = Folder::open(*path);
    if (!folder) return folder.error().within("the upstream cannot be reached");
    return std::unique_ptr<Upstream>(new FileUpstream(std::move(*folder), url, Modes::as_served));
}

Result<std::unique_ptr<Upstream>> FileUpstream::open_folder(const std::string& path) {
    auto folder = Folder::open(path);
    if (!folder) return folder.error();
    return std::unique_ptr<Upstream>(new FileUpstream(std::move(*folder), path, Modes::as_they_are));
}

// Nothing for what is neither a file, a folder nor a link. Set-user-id and its kin mean nothing in a release
// tree, and harm where they are served from.
std::optional<Entry> FileUpstream::entry_from(const FileFacts& facts, const std::string& target) const {
    const auto mode = facts.mode & (modes_ == Modes::as_served ? 0755U : 0777U);
    if (facts.is_link)
        return Entry{.kind = EntryKind::link, .mode = 0777, .mtime = facts.mtime, .target = target};
    if (facts.is_folder) return Entry{.kind = EntryKind::folder, .mode = mode, .mtime = facts.mtime};
    if (facts.is_file)
        return Entry{.kind = EntryKind::file, .mode = mode, .size = facts.size, .mtime = facts.mtime};
    return std::nullopt;
}

Result<Listing> FileUpstream::list(const Selection& selection, Progress& progress) {
    Listing listing;
    const auto listed = list_folder(RelPath(), selection, listing, progress);
    if (!listed) return listed.error();
    const auto finished = listing.finish();
    if (!finished) return finished.error();
    if (selection.has_includes()) listing.drop_empty_folders();
    return listing;
}

Result<std::vector<FolderItem>> FileUpstream::items_of(const RelPath& path) const {
    const auto folder = folder_.folder(path);
    if (!folder) return folder.error();
    return folder->items();
}

Status FileUpstream::list_folder(const RelPath& path, const Selection& selection, Listing& listing,
                                 Progress& progress) {
    const auto may_go_on = progress.go_on();
    if (!may_go_on) return may_go_on;
    progress.at(path.str());
    // A listing that silently lacks a folder would have its files deleted, so this is the end of the run. The
    // folder is closed before those below it are opened, however deep they lie.
    const auto items = items_of(path);
    if (!items) return items.error();

    std::vector<ListedEntry> entries;
    std::vector<RelPath> below;
    for (const auto& item : *items) {
        const auto name = RelPath::parse_name(item.name);
        if (!name) return name.error();
        auto item_path = path / *name;
        if (item_path.str().size() > 4095)
            return Error(Fault::unsafe_path, "a path below " + path.str() + " is too long");
        auto entry = entry_from(item.facts, item.target);
        if (!entry) {
            listing.leave_out(std::move(item_path), "neither a file, a folder nor a symbolic link");
            continue;
        }
        const bool is_folder = entry->kind == EntryKind::folder;
        if (is_folder ? !selection.enters(item_path) : !selection.wants(item_path)) continue;
        progress.file_done();
        entries.push_back({.name = item.name, .entry = std::move(*entry)});
        if (is_folder) below.push_back(std::move(item_path));
    }
    listing.add(path, entries);
    entries = {};
    for (const auto& next : below) {
        const auto listed = list_folder(next, selection, listing, progress);
        if (!listed) return listed;
    }
    return {};
}

// Of a name that a link leads on from, as of dists/stable, what is behind it.
Result<std::optional<Entry>> FileUpstream::look(const RelPath& path, Progress&) {
    const auto facts = folder_.facts(path);
    const bool is_linked = facts ? facts->is_link : is_behind_link(facts.error());
    if (is_linked) return look_behind_links(path);
    if (!facts && is_gone(facts.error())) return std::optional<Entry>();
    if (!facts) return facts.error();
    return entry_at(path, *facts);
}

Result<std::optional<Entry>> FileUpstream::look_behind_links(const RelPath& path) const {
    const auto file = open_through_links(folder_, path);
    if (!file) return std::optional<Entry>();  // it leads nowhere, out, or to a folder
    const auto place = place_beneath(folder_, *file);
    if (!place) return place.error();
    const auto facts = facts_of(*file, path.str());
    if (!facts) return facts.error();
    return entry_at(*place, *facts);
}

Result<std::optional<Entry>> FileUpstream::entry_at(const RelPath& place, const FileFacts& facts) const {
    auto entry = entry_from(facts, {});
    if (!entry) return entry;
    const auto is_open = may_all_read(place, facts);
    if (!is_open) return is_open.error();
    entry->hidden = !*is_open;
    return entry;
}

// Links lead on to it where the name that it was asked for by is another.
Result<bool> FileUpstream::may_all_read(const RelPath& place, const FileFacts& facts) const {
    if (!readable_by_all(facts.is_folder ? EntryKind::folder : EntryKind::file, facts.mode)) return false;
    for (auto above = place.parent(); !above.is_root(); above = above.parent()) {
        const auto folder = folder_.facts(above);
        if (!folder) return folder.error();
        if (!readable_by_all(EntryKind::folder, folder->mode)) return false;
    }
    return true;
}

Result<Descriptor> FileUpstream::open_file(const RelPath& path) const {
    auto file = folder_.open_file(path);
    return file || !is_behind_link(file.error()) ? std::move(file) : open_through_links(folder_, path);
}

Result<std::optional<PackedFolder>> FileUpstream::names_in(const RelPath& folder, Progress&) {
    PackedFolder names(folder);
    const auto items = items_of(folder);
    if (!items && is_gone(items.error())) return std::optional(std::move(names));
    if (!items) return items.error();
    for (const auto& item : *items)
        if (auto entry = entry_from(item.facts, item.target))
            names.append({.name = item.name, .entry = std::move(*entry)});
    names.sort();
    return std::optional(std::move(names));
}

void FileUpstream::bring(Orders& orders, Progress& progress) {
    for (;;) {
        const auto taken = orders.take(1, 0);
        if (taken.empty()) return;
        auto& order = *taken.front();
        if (is_shared()) {
            orders.landed(order, folder_, order.item.path, Acquire::share);
            continue;
        }
        // What came of a file that nobody dates may be of the one that had its name before.
        auto intake = order.sureness.tells_time() ? orders.intake(order) : orders.start_over(order);
        const auto copied = intake ? copy(order, **intake, progress) : Result<Told>(intake.error());
        if (copied)
            orders.brought(order, *copied);
        else
            orders.failed(order, copied.error(), Again::no);
    }
}

Result<Told> FileUpstream::copy(const Order& order, Intake& into, Progress& progress) const {
    const auto& path = order.item.path;
    const auto name = folder_.path() + "/" + path.str();
    const auto file = open_file(path);
    if (!file && is_gone(file.error())) return Error(Fault::not_found, name + " is gone");
    if (!file) return file.error();
    const auto before = facts_of(*file, name);
    if (!before) return before.error();
    if (!is_as_listed(*before, order, TimeStep::nanosecond)) return changed(name);
    // An index tells no modes, so it is here that an embargo is seen.
    if (!order.item.entry.hidden && !order.sureness.has_exact_time()) {
        const auto place = place_beneath(folder_, *file);
        if (!place) return place.error();
        const auto is_open = may_all_read(*place, *before);
        if (!is_open) return is_open.error();
        if (!*is_open) return Error(Fault::not_found, name + " may not be read by everybody");
    }
    if (::lseek(file->get(), static_cast<off_t>(into.size()), SEEK_SET) < 0)
        return Error::last_system_error("cannot read " + name);

    const auto read = read_through(*file, name, [&](ByteSpan bytes) -> Status {
        const auto may_go_on = progress.go_on();
        if (!may_go_on) return may_go_on;
        progress.bytes_done(bytes.size());
        // A file that grows as fast as it is read would fill the disk.
        if (into.size() + bytes.size() > before->size) return changed(name);
        return into.write(bytes);
    });
    if (!read) return read.error();
    const auto after = facts_of(*file, name);
    if (!after) return after.error();
    if (!after->same_state(*before) || into.size() != before->size) return changed(name);
    Told told;
    if (!order.sureness.has_exact_time()) told.mtime = before->mtime;
    return told;
}

}  // namespace mirrorseed::sync
