#include "core/store/closed_places.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace mirrorseed {
namespace {

constexpr mode_t of_others = 0007;
constexpr mode_t of_group_and_others = 0077;

// `change` is given the mode that it shall be instead. A set group stays where a service manager lets us say
// so.
template <class Change>
bool close(mode_t mode, mode_t to, mode_t for_readers, const Change& change) {
    const auto wanted = (mode & 07777U & ~to) | for_readers;
    return wanted == (mode & 07777U) || change(wanted) == 0 || change(wanted & 0777U) == 0;
}

Status close_folder(const Folder& store, const char* name, mode_t to, std::optional<gid_t> readers) {
    const auto folder = store.make_folder(RelPath::parse(name).value());
    if (!folder) return folder.error();
    const auto refused = [&] {
        return Error::last_system_error("cannot close " + store.path() + "/" + name + " to others");
    };
    struct stat info {};
    if (::fstat(folder->fd(), &info) != 0) return refused();
    if (readers && info.st_gid != *readers && ::fchown(folder->fd(), static_cast<uid_t>(-1), *readers) != 0)
        return refused();
    const bool is_closed = close(info.st_mode, to, readers ? 0050 : 0,
                                 [&](mode_t mode) { return ::fchmod(folder->fd(), mode); });
    return is_closed ? Status() : refused();
}

// By its name: a process that closes any descriptor of a database's file loses the locks that SQLite has on
// it.
Status close_file(const std::string& path, std::optional<gid_t> readers) {
    const auto refused = [&] { return Error::last_system_error("cannot close " + path + " to others"); };
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return errno == ENOENT ? Status() : refused();
    if (readers && info.st_gid != *readers && ::chown(path.c_str(), static_cast<uid_t>(-1), *readers) != 0)
        return refused();
    const bool is_closed = close(info.st_mode, of_others, readers ? 0040 : 0,
                                 [&](mode_t mode) { return ::chmod(path.c_str(), mode); });
    return is_closed ? Status() : refused();
}

}  // namespace

Status close_folders(const Folder& store, std::optional<gid_t> readers) {
    for (const auto* name : {"blobs", "manifests", "releases"}) {
        const auto done = close_folder(store, name, of_others, readers);
        if (!done) return done;
    }
    return close_folder(store, "staging", of_group_and_others, std::nullopt);
}

Status close_database(const std::string& file, std::optional<gid_t> readers) {
    // Whatever SQLite puts beside it gets its mode and group.
    const Descriptor made(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640));
    for (const auto* suffix : {"", "-wal", "-shm", ".damaged", ".damaged-wal", ".damaged-shm"}) {
        const auto done = close_file(file + suffix, readers);
        if (!done) return done;
    }
    return {};
}

}  // namespace mirrorseed
