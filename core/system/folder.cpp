#include "core/system/folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace mirrorseed {
namespace {

FileFacts facts_from(const struct stat& info) {
    return {.is_file = S_ISREG(info.st_mode),
            .is_folder = S_ISDIR(info.st_mode),
            .is_link = S_ISLNK(info.st_mode),
            .mode = info.st_mode & 07777,
            .size = static_cast<Bytes>(info.st_size),
            .mtime = FileTime::from(info.st_mtim.tv_sec, info.st_mtim.tv_nsec),
            .ctime = FileTime::from(info.st_ctim.tv_sec, info.st_ctim.tv_nsec),
            .device = info.st_dev,
            .inode = info.st_ino,
            .links = info.st_nlink,
            .owner = info.st_uid};
}

std::array<timespec, 2> times_of(const Entry& entry) {
    return {timespec{0, UTIME_OMIT}, timespec{entry.mtime.seconds(), entry.mtime.subsecond()}};
}

Status done_or_error(int answer, const std::string& what) {
    if (answer < 0) return Error::last_system_error(what);
    return {};
}

// openat2 answers EAGAIN when a rename elsewhere raced with the look-up.
int open_in(int folder, const char* name, int flags, std::uint32_t mode) {
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
    how.mode = (flags & O_CREAT) != 0 ? mode : 0;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    for (int attempt = 0;; ++attempt) {
        const auto fd = static_cast<int>(::syscall(SYS_openat2, folder, name, &how, sizeof how));
        if (fd >= 0 || (errno != EAGAIN && errno != EINTR) || attempt == 100) return fd;
    }
}

std::string own_name(const RelPath& path) {
    return std::string(path.name());
}

Result<std::string> link_target(int folder, const char* name, const std::string& shown) {
    std::string target(4096, '\0');
    const auto length = ::readlinkat(folder, name, target.data(), target.size());
    if (length < 0) return Error::last_system_error("cannot read the link " + shown);
    target.resize(static_cast<std::size_t>(length));
    return target;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this != &other) {
        close();
        fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
}

Descriptor::~Descriptor() {
    close();
}

void Descriptor::close() noexcept {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

Result<FileFacts> facts_of(const Descriptor& file, const std::string& name) {
    struct stat info {};
    if (::fstat(file.get(), &info) < 0) return Error::last_system_error("cannot look at " + name);
    return facts_from(info);
}

Result<Folder> Folder::open(const std::string& path) {
    Descriptor fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd.is_open()) return Error::last_system_error("cannot open the folder " + path);
    return Folder(std::move(fd), path);
}

Result<Folder> Folder::make(const std::string& path, std::uint32_t mode) {
    for (auto slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1))
        ::mkdir(path.substr(0, slash).c_str(), 0755);  // open() below tells of what could not be made
    if (::mkdir(path.c_str(), mode) < 0 && errno != EEXIST)
        return Error::last_system_error("cannot make the folder " + path);
    return open(path);
}

std::string Folder::full(const RelPath& path) const {
    return path.is_root() ? path_ : path_ + "/" + path.str();
}

Result<Descriptor> Folder::open_beneath(const RelPath& path, int flags, std::uint32_t mode) const {
    const auto* name = path.is_root() ? "." : path.str().c_str();
    Descriptor fd(open_in(fd_.get(), name, flags, mode));
    if (!fd.is_open()) return Error::last_system_error("cannot open " + full(path));
    return fd;
}

Result<Folder::Holder> Folder::holder(const RelPath& path) const {
    const auto above = path.parent();
    if (above.is_root() && !path.is_root()) return Holder(fd_.get());
    auto opened = open_beneath(above, O_PATH | O_DIRECTORY, 0);
    if (!opened) return opened.error();
    return Holder(std::move(*opened));
}

Result<Folder> Folder::folder(const RelPath& path) const {
    auto fd = open_beneath(path, O_RDONLY | O_DIRECTORY, 0);
    if (!fd) return fd.error();
    return Folder(std::move(*fd), full(path));
}

Result<Folder> Folder::again() const {
    return folder(RelPath());
}

Result<Folder> Folder::make_folder(const RelPath& path, std::uint32_t mode) const {
    auto there = folder(path);
    if (there || path.is_root() || !there.error().is(boost::system::errc::no_such_file_or_directory))
        return there;
    const auto above = make_folder(path.parent());
    if (!above) return above.error();
    if (::mkdirat(above->fd(), own_name(path).c_str(), mode) < 0 && errno != EEXIST)
        return Error::last_system_error("cannot make the folder " + full(path));
    return folder(path);
}

Result<Descriptor> Folder::open_file(const RelPath& path) const {
    auto fd = open_beneath(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    if (!fd) return fd;
    const auto facts = facts_of(*fd, full(path));
    if (!facts) return facts.error();
    if (!facts->is_file) return Error(Fault::bad_input, full(path) + " is no regular file");
    return fd;
}

Result<Descriptor> Folder::create_file(const RelPath& path, std::uint32_t mode) const {
    return open_beneath(path, O_RDWR | O_CREAT | O_EXCL, mode);
}

Result<Descriptor> Folder::open_or_create_file(const RelPath& path, std::uint32_t mode) const {
    return open_beneath(path, O_RDWR | O_CREAT, mode);
}

Result<FileFacts> Folder::facts(const RelPath& path) const {
    if (!path.is_root() && path.parent().is_root()) {
        struct stat info {};
        if (::fstatat(fd_.get(), path.str().c_str(), &info, AT_SYMLINK_NOFOLLOW) < 0)
            return Error::last_system_error("cannot look at " + full(path));
        return facts_from(info);
    }
    const auto fd = open_beneath(path, O_PATH | O_NOFOLLOW, 0);
    if (fd) return facts_of(*fd, full(path));
    // With RESOLVE_NO_SYMLINKS the kernel refuses a final link even for O_PATH, so ask through its folder.
    if (!fd.error().is(boost::system::errc::too_many_symbolic_link_levels)) return fd.error();
    const auto above = holder(path);
    if (!above) return above.error();
    struct stat info {};
    if (::fstatat(above->get(), own_name(path).c_str(), &info, AT_SYMLINK_NOFOLLOW) < 0)
        return Error::last_system_error("cannot look at " + full(path));
    return facts_from(info);
}

Result<std::string> Folder::read_link(const RelPath& path) const {
    const auto above = holder(path);
    if (!above) return above.error();
    return link_target(above->get(), own_name(path).c_str(), full(path));
}

Result<std::vector<FolderItem>> Folder::items() const {
    // fdopendir owns what it is given and moves its offset, so it gets a descriptor of its own.
    Descriptor own(open_in(fd_.get(), ".", O_RDONLY | O_DIRECTORY, 0));
    if (!own.is_open()) return Error::last_system_error("cannot read the folder " + path_);
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(own.get()), ::closedir);
    if (!stream) return Error::last_system_error("cannot read the folder " + path_);
    own.release();

    std::vector<FolderItem> items;
    for (;;) {
        errno = 0;
        const dirent* found = ::readdir(stream.get());
        if (found == nullptr && errno != 0)
            return Error::last_system_error("cannot read the folder " + path_);
        if (found == nullptr) break;
        const std::string_view name = found->d_name;
        if (name == "." || name == "..") continue;
        struct stat info {};
        if (::fstatat(fd_.get(), found->d_name, &info, AT_SYMLINK_NOFOLLOW) < 0) {
            if (errno == ENOENT) continue;
            return Error::last_system_error("cannot look at " + path_ + "/" + std::string(name));
        }
        FolderItem item{std::string(name), facts_from(info), {}};
        if (item.facts.is_link) {
            auto target = link_target(fd_.get(), found->d_name, path_ + "/" + item.name);
            if (!target) {
                if (target.error().is(boost::system::errc::no_such_file_or_directory)) continue;
                return target.error();
            }
            item.target = std::move(*target);
        }
        items.push_back(std::move(item));
    }
    std::sort(items.begin(), items.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return items;
}

Status Folder::make_link(const RelPath& path, const std::string& target) const {
    const auto above = holder(path);
    if (!above) return above.error();
    return done_or_error(::symlinkat(target.c_str(), above->get(), own_name(path).c_str()),
                         "cannot make the link " + full(path));
}

Status Folder::between(const RelPath& path, const Folder& to, const RelPath& new_path,
                       const std::function<int(int, const char*, int, const char*)>& call) const {
    const auto from_above = holder(path);
    if (!from_above) return from_above.error();
    const auto to_above = to.holder(new_path);
    if (!to_above) return to_above.error();
    const auto answer =
        call(from_above->get(), own_name(path).c_str(), to_above->get(), own_name(new_path).c_str());
    return done_or_error(answer, "cannot put " + full(path) + " at " + to.full(new_path));
}

Status Folder::hard_link(const RelPath& path, const Folder& to, const RelPath& new_path) const {
    return between(path, to, new_path, [](int from, const char* name, int into, const char* new_name) {
        return ::linkat(from, name, into, new_name, 0);
    });
}

Status Folder::rename(const RelPath& path, const Folder& to, const RelPath& new_path) const {
    return between(path, to, new_path, ::renameat);
}

Status Folder::rename_new(const RelPath& path, const Folder& to, const RelPath& new_path) const {
    return between(path, to, new_path, [](int from, const char* name, int into, const char* new_name) {
        return ::renameat2(from, name, into, new_name, RENAME_NOREPLACE);
    });
}

Status Folder::exchange(const RelPath& path, const Folder& to, const RelPath& other) const {
    return between(path, to, other, [](int from, const char* name, int into, const char* new_name) {
        return ::renameat2(from, name, into, new_name, RENAME_EXCHANGE);
    });
}

Status Folder::remove_file(const RelPath& path) const {
    const auto above = holder(path);
    if (!above) return above.error();
    return done_or_error(::unlinkat(above->get(), own_name(path).c_str(), 0), "cannot remove " + full(path));
}

Status Folder::remove_empty_folder(const RelPath& path) const {
    const auto above = holder(path);
    if (!above) return above.error();
    return done_or_error(::unlinkat(above->get(), own_name(path).c_str(), AT_REMOVEDIR),
                         "cannot remove the folder " + full(path));
}

Status Folder::remove_tree(const RelPath& path) const {
    const auto gone = boost::system::errc::no_such_file_or_directory;
    const auto info = facts(path);
    if (!info && info.error().is(gone)) return {};
    if (!info) return info.error();
    if (!info->is_folder) return remove_file(path);
    const auto inside = folder(path);
    if (!inside) return inside.error();
    const auto names = inside->items();
    if (!names) return names.error();
    for (const auto& item : *names) {
        const auto name = RelPath::parse_name(item.name);
        if (!name) return name.error();
        const auto removed = inside->remove_tree(*name);
        if (!removed) return removed;
    }
    return remove_empty_folder(path);
}

Status Folder::set_mode_and_time(const RelPath& path, const Entry& entry) const {
    const auto above = holder(path);
    if (!above) return above.error();
    const auto name = own_name(path);
    const auto times = times_of(entry);
    const bool is_link = entry.kind == EntryKind::link;
    if (!is_link && ::fchmodat(above->get(), name.c_str(), entry.mode, 0) < 0)
        return Error::last_system_error("cannot set the mode of " + full(path));
    return done_or_error(::utimensat(above->get(), name.c_str(), times.data(), AT_SYMLINK_NOFOLLOW),
                         "cannot set the time of " + full(path));
}

Status Folder::sync() const {
    return done_or_error(::fsync(fd_.get()), "cannot sync " + path_);
}

Result<std::size_t> read_some(const Descriptor& file, std::span<std::uint8_t> buffer,
                              const std::string& name) {
    for (;;) {
        const auto got = ::read(file.get(), buffer.data(), buffer.size());
        if (got >= 0) return static_cast<std::size_t>(got);
        if (errno != EINTR) return Error::last_system_error("cannot read " + name);
    }
}

Result<std::size_t> read_at(const Descriptor& file, std::span<std::uint8_t> buffer, Bytes offset,
                            const std::string& name) {
    for (;;) {
        const auto got = ::pread(file.get(), buffer.data(), buffer.size(), static_cast<off_t>(offset));
        if (got >= 0) return static_cast<std::size_t>(got);
        if (errno != EINTR) return Error::last_system_error("cannot read " + name);
    }
}

Status write_all(const Descriptor& file, ByteSpan bytes, const std::string& name) {
    while (!bytes.empty()) {
        const auto put = ::write(file.get(), bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return Error::last_system_error("cannot write " + name);
        bytes = bytes.subspan(static_cast<std::size_t>(put));
    }
    return {};
}

void begin_writing_out(const Descriptor& file) {
    (void)::sync_file_range(file.get(), 0, 0,
                            SYNC_FILE_RANGE_WRITE);  // whoever syncs is told what goes wrong
}

Status sync_file(const Descriptor& file, const std::string& name) {
    return done_or_error(::fdatasync(file.get()), "cannot sync " + name);
}

Status set_mode_and_time(const Descriptor& file, const Entry& entry, const std::string& name) {
    const auto times = times_of(entry);
    if (::fchmod(file.get(), entry.mode) < 0)
        return Error::last_system_error("cannot set the mode of " + name);
    return done_or_error(::futimens(file.get(), times.data()), "cannot set the time of " + name);
}

Status sync_file_system(const Folder& folder) {
    return done_or_error(::syncfs(folder.fd()), "cannot sync the file system of " + folder.path());
}

Result<std::string> read_file(const std::string& path, Bytes at_most) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.is_open()) return Error::last_system_error("cannot read " + path);
    std::string text;
    std::array<std::uint8_t, 65536> buffer{};
    for (;;) {
        const auto got = read_some(file, buffer, path);
        if (!got) return got.error();
        if (*got == 0) return text;
        text.append(reinterpret_cast<const char*>(buffer.data()), *got);
        if (text.size() > at_most)
            return Error(Fault::bad_input, path + " is longer than " + format_size(at_most));
    }
}

Status replace_file(const Folder& folder, const RelPath& name, ByteSpan bytes, std::uint32_t mode) {
    const auto fresh = RelPath::parse(name.str() + ".new");
    if (!fresh) return fresh.error();
    (void)folder.remove_file(*fresh).has_value();  // left over from a crash, if it is there at all
    const auto file = folder.create_file(*fresh, mode);
    if (!file) return file.error();
    const auto shown = folder.path() + "/" + fresh->str();
    auto written = write_all(*file, bytes, shown);
    if (written) written = sync_file(*file, shown);
    if (written) written = folder.rename(*fresh, folder, name);
    if (!written) {
        (void)folder.remove_file(*fresh).has_value();
        return written;
    }
    const auto holder = folder.folder(name.parent());
    if (!holder) return holder.error();
    return holder->sync();
}

Result<Space> space_at(const std::string& path) {
    struct statvfs info {};
    if (::statvfs(path.c_str(), &info) < 0) return Error::last_system_error("cannot look at " + path);
    return Space{static_cast<Bytes>(info.f_bavail) * info.f_frsize, (info.f_flag & ST_RDONLY) != 0};
}

}  // namespace mirrorseed
