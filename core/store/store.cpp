#include "core/store/store.hpp"

#include "core/store/blob_trust.hpp"
#include "core/store/closed_places.hpp"
#include "core/text.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace mirrorseed {
namespace {

constexpr const char* lock_name = "lock";
constexpr const char* reserve_name = "reserve";
constexpr Bytes reserve_size = 8 << 20;

bool exists_at(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0;
}

RelPath checked(const char* name) {
    return RelPath::parse(name).value();
}

Result<bool> is_empty_or_store(const StorePlaces& places, const Folder& folder) {
    if (places.exists()) return true;
    const auto items = folder.items();
    if (!items) return items.error();
    for (const auto& item : *items)
        if (item.name != "lost+found" && item.name != lock_name && item.name != "mirrorseed.toml" &&
            item.name != "catalogue.db")
            return places.exists();  // another process may be making it just now
    return true;
}

// Has anything ever been published here?
Result<bool> has_manifests(const Folder& store) {
    const auto manifests = store.folder(checked("manifests"));
    if (!manifests) return manifests.error();
    const auto items = manifests->items();
    if (!items) return items.error();
    return std::any_of(items->begin(), items->end(),
                       [](const FolderItem& item) { return item.facts.is_folder; });
}

std::string recovered_file(const StorePlaces& places) {
    return places.catalogue_file() + ".recovered";
}

void remove_database(const std::string& path) {
    for (const auto* suffix : {"", "-wal", "-shm"})
        ::unlink((path + suffix).c_str());
}

}  // namespace

std::string StorePlaces::catalogue_file() const {
    return catalogue.empty() ? store + "/catalogue.db" : catalogue;
}

// What is closed to us is there.
bool StorePlaces::exists() const {
    return exists_at(store + "/blobs/sha256") || errno == EACCES;
}

Result<StoreLock> StoreLock::take(const std::string& store, const std::string& who) {
    const auto path = store + "/" + lock_name;
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!file.is_open()) return Error::last_system_error("cannot open the lock " + path);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) < 0) {
        if (errno != EWOULDBLOCK) return Error::last_system_error("cannot lock " + path);
        const auto holder = read_file(path, 4096);
        const auto name = holder && !holder->empty() ? escape_text(trimmed(*holder)) : "another process";
        return Error(Fault::busy,
                     "the store " + store + " is in use by " + name + "; wait for it or stop it");
    }
    const auto text = "process " + std::to_string(::getpid()) + " (" + who + ")\n";
    if (::ftruncate(file.get(), 0) < 0) return Error::last_system_error("cannot write " + path);
    const auto written = write_all(file, as_bytes(text), path);
    // On a full disk the lock holds all the same; it merely cannot say whose it is.
    if (!written && !written.error().is_full_disk()) return written.error();
    return StoreLock(std::move(file));
}

Result<Store> Store::prepare(const StorePlaces& places, const std::string& who) {
    auto folder = Folder::make(places.store);
    if (!folder) return folder.error();
    const auto ours = is_empty_or_store(places, *folder);
    if (!ours) return ours.error();
    if (!*ours)
        return Error(Fault::refused, places.store +
                                         " holds other things than a store; name an empty folder as "
                                         "[store] path");
    auto lock = StoreLock::take(places.store, who);
    if (!lock) return lock.error();
    auto blobs = BlobStore::open(places.store);
    if (!blobs) return blobs.error();
    const auto trees = folder->make_folder(checked("trees"));
    if (!trees) return trees.error();
    const auto closed = close_folders(*folder, places.readers);
    if (!closed) return closed.error();
    return Store(std::make_shared<const Shared>(
        Shared{places, std::move(*lock), std::move(*folder), std::move(*blobs)}));
}

Result<Store> Store::open(const StorePlaces& places, const std::string& who) {
    const bool had_blobs = places.exists();
    auto store = prepare(places, who);
    if (!store) return store;
    const auto file = places.catalogue_file();
    const auto published = has_manifests(store->folder());
    if (!published) return published.error();
    if (*published && !exists_at(file)) {
        if (!places.catalogue.empty())
            return Error(Fault::not_found, "the catalogue " + file +
                                               " is missing; is its file system mounted? If it is "
                                               "lost, `mirrorseed recover` rebuilds it");
        return Error(Fault::damaged, "the catalogue " + file + " is missing");
    }
    if (!had_blobs && exists_at(file) && !places.catalogue.empty())
        return Error(Fault::refused, "the catalogue " + file + " exists, but its store " + places.store +
                                         " is empty; is its file system mounted?");
    const auto closed = close_database(file, places.readers);
    if (!closed) return closed.error();
    store->catalogue_.emplace(Catalogue::open(file, store->shared_->gate));
    // An empty catalogue beside manifests has forgotten every tree, and gc would free them all.
    if (*published && store->catalogue_->trees().all().empty())
        return Error(Fault::damaged, "the catalogue " + file + " is empty, although trees were published");
    store->keep_reserve();
    return store;
}

Store Store::again() const {
    Store store(shared_);
    store.catalogue_.emplace(Catalogue::open(places().catalogue_file(), shared_->gate));
    store.keep_reserve();  // a gc may have given it up since
    return store;
}

// Another job may dress the inode between the two looks, and then the row is another one.
bool Store::holds_sound(const Digest& digest) {
    for (auto row = catalogue_->contents().blob(digest); row;) {
        const auto inode = blobs().facts(digest);
        if (inode && trust_in(*row, *inode) == Trust::sound) return true;
        const auto again = catalogue_->contents().blob(digest);
        if (again == row) return false;
        row = again;
    }
    return false;
}

void Store::keep_reserve() const {
    const auto name = checked(reserve_name);
    const auto space = space_at(places().store);
    if (!space || space->free < 16 * reserve_size || folder().facts(name)) return;
    const auto file = folder().create_file(name, 0600);
    if (file && ::posix_fallocate(file->get(), 0, static_cast<off_t>(reserve_size)) != 0)
        (void)folder().remove_file(name).has_value();
}

void Store::give_up_reserve(const StorePlaces& places) {
    ::unlink((places.store + "/" + reserve_name).c_str());
}

Result<Store> Store::open_for_recovery(const StorePlaces& places, const std::string& who) {
    auto store = prepare(places, who);
    if (!store) return store;
    remove_database(recovered_file(places));
    const auto closed = close_database(recovered_file(places), places.readers);
    if (!closed) return closed.error();
    store->catalogue_.emplace(Catalogue::open(recovered_file(places), store->shared_->gate));
    return store;
}

Status Store::commit_recovered() {
    // Everything must be in the one file that is renamed, and not in the log beside it.
    catalogue_->write_back();
    catalogue_.reset();
    const auto file = places().catalogue_file();
    const auto holder = Folder::open(file.substr(0, file.rfind('/')));
    if (!holder) return holder.error();
    // The log goes first, so that it is never taken for one of the new file's.
    for (const auto* suffix : {"-wal", "-shm", ""})
        if (exists_at(file + suffix) &&
            ::rename((file + suffix).c_str(), (file + ".damaged" + suffix).c_str()) < 0)
            return Error::last_system_error("cannot put " + file + suffix + " aside");
    if (::rename(recovered_file(places()).c_str(), file.c_str()) < 0)
        return Error::last_system_error("cannot put the recovered catalogue at " + file);
    remove_database(recovered_file(places()));  // what stood beside it
    const auto synced = holder->sync();
    if (!synced) return synced;
    catalogue_.emplace(Catalogue::open(file, shared_->gate));
    return {};
}

}  // namespace mirrorseed
