#include "sync/one_off/partial_folder.hpp"

#include "core/text.hpp"
#include "sync/staged_part.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

namespace mirrorseed::sync {
namespace {

namespace errc = boost::system::errc;

constexpr std::string_view came = ".came", whole = ".whole", part = ".part";

RelPath our_name(std::string_view name) {
    return RelPath::parse_name(name).value();
}

RelPath lock_name() {
    return our_name("lock");
}

RelPath named(const RelPath& path, std::string_view ending) {
    return our_name(Sha256::of(as_bytes(path.str())).hex() + std::string(ending));
}

// Whoever held the lock before may have removed the file that we waited for, with the name of another one.
Result<Descriptor> lock(const Folder& folder, const Folder& mirror) {
    for (int attempt = 0; attempt < 100; ++attempt) {
        auto file = folder.open_or_create_file(lock_name(), 0600);
        if (!file) return file.error();
        if (::flock(file->get(), LOCK_EX | LOCK_NB) < 0) {
            if (errno != EWOULDBLOCK) return Error::last_system_error("cannot lock " + folder.path());
            break;
        }
        const auto mine = facts_of(*file, folder.path());
        if (!mine) return mine.error();
        const auto named_so = folder.facts(lock_name());
        if (named_so && named_so->same_inode(*mine)) return file;
    }
    return Error(Fault::busy, "another mirrorseed is working in " + mirror.path());
}

}  // namespace

Result<PartialFolder> PartialFolder::open(const Folder& mirror) {
    auto folder = mirror.make_folder(our_name(name), 0700);
    if (!folder) return folder.error();
    auto locked = lock(*folder, mirror);
    if (!locked) return locked.error();
    PartialFolder opened(std::move(*folder), std::move(*locked));
    const auto clean = opened.forget_what_was_not_synced();
    if (!clean) return clean.error();
    return opened;
}

Status PartialFolder::forget_what_was_not_synced() const {
    const auto note = our_name("boot");
    const auto before = read_file(folder_.path() + "/" + note.str(), 128);
    const auto now = boot_id();
    if (before && !now.empty() && *before == now) return {};
    const auto items = folder_.items();
    if (!items) return items.error();
    for (const auto& item : *items) {
        const auto removed = is_came_name(item.name) ? folder_.remove_tree(our_name(item.name)) : Status();
        if (!removed) return removed;
    }
    return replace_file(folder_, note, as_bytes(now), 0600);
}

Status PartialFolder::remove(const Folder& mirror) {
    const auto items = folder_.items();
    if (!items) return items.error();
    for (const auto& item : *items) {
        if (item.name == lock_name().str()) continue;
        const auto removed = folder_.remove_tree(our_name(item.name));
        if (!removed) return removed;
    }
    const auto unlocked = folder_.remove_file(lock_name());
    if (!unlocked) return unlocked;
    // From here on another process may begin its own work there.
    const auto removed = mirror.remove_empty_folder(our_name(name));
    const bool in_use = !removed && removed.error().is(errc::directory_not_empty);
    return in_use ? Status() : removed;
}

bool PartialFolder::is_of_use() const {
    const auto items = folder_.items();
    if (!items) return true;
    for (const auto& item : *items)
        if (is_came_name(item.name) || is_whole_name(item.name) || item.name.ends_with(part)) return true;
    return false;
}

RelPath came_name(const RelPath& path) {
    return named(path, came);
}

RelPath whole_name(const RelPath& path) {
    return named(path, whole);
}

bool is_came_name(std::string_view name) noexcept {
    return name.ends_with(came);
}

bool is_whole_name(std::string_view name) noexcept {
    return name.ends_with(whole);
}

RelPath whole_name_of(std::string_view name) {
    return our_name(std::string(name.substr(0, name.size() - came.size())) + std::string(whole));
}

}  // namespace mirrorseed::sync
