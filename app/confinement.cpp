#include "app/confinement.hpp"

#include "core/folder.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>

namespace mirrorseed::app {
namespace {

using Rights = std::uint64_t;

// Younger than the headers: rights and fields by the number of the kernel's interface that brought them.
constexpr Rights truncate_right = 1U << 14;        // 3
constexpr Rights device_control_right = 1U << 15;  // 5
constexpr Rights connect_right = 1U << 1;          // 4, of the network
struct Ruleset {
    std::uint64_t files = 0, network = 0;
};

constexpr Rights read_file = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr Rights read_all = read_file | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr Rights write_file = LANDLOCK_ACCESS_FS_WRITE_FILE | truncate_right;
constexpr Rights change_folder = LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |
                                 LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                 LANDLOCK_ACCESS_FS_REMOVE_DIR;

// Everything that an interface knows, so that what no rule allows is forbidden.
Ruleset all_rights(long interface) {
    Ruleset all{.files = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1};
    if (interface >= 2) all.files |= LANDLOCK_ACCESS_FS_REFER;
    if (interface >= 3) all.files |= truncate_right;
    if (interface >= 4) all.network = connect_right;
    if (interface >= 5) all.files |= device_control_right;
    return all;
}

class Landlock {
public:
    explicit Landlock(long interface) : all_(all_rights(interface)) {
        const auto size = interface >= 4 ? sizeof all_ : sizeof all_.files;
        ruleset_ = Descriptor(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &all_, size, 0)));
    }
    bool is_open() const { return ruleset_.is_open(); }

    bool allow(const std::string& path, Rights rights) const {
        const Descriptor place(::open(path.c_str(), O_PATH | O_CLOEXEC));
        struct stat info {};
        if (!place.is_open() || ::fstat(place.get(), &info) != 0) return errno == ENOENT || errno == EACCES;
        if (!S_ISDIR(info.st_mode)) rights &= read_file | write_file;
        landlock_path_beneath_attr rule{.allowed_access = rights & all_.files, .parent_fd = place.get()};
        return ::syscall(SYS_landlock_add_rule, ruleset_.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
    }
    bool restrict_self() const {
        return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
               ::syscall(SYS_landlock_restrict_self, ruleset_.get(), 0) == 0;
    }

private:
    Ruleset all_;
    Descriptor ruleset_;
};

}  // namespace

Status confine(const Confines& confines, const Log& log) {
    const auto interface =
        ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (interface < 1) {
        log.info("this kernel has no Landlock; the server runs without it");
        return {};
    }
    const Landlock landlock(interface);
    bool good = landlock.is_open();
    for (const auto& path : confines.readable)
        good = good && landlock.allow(path, read_all);
    for (const auto& path : confines.writable)
        good = good && landlock.allow(path, read_all | write_file | change_folder);
    if (!good || !landlock.restrict_self()) return Error::last_system_error("cannot be confined by Landlock");
    return {};
}

Status become_user(const std::string& user, const Log& log) {
    if (::geteuid() != 0 || user.empty()) return {};
    std::array<char, 4096> buffer;
    passwd entry{};
    passwd* found = nullptr;
    ::getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (found == nullptr) {
        log.warning("there is no user \"{}\" ([server] user); the server goes on as root", outside(user));
        return {};
    }
    if (::initgroups(user.c_str(), entry.pw_gid) != 0 || ::setgid(entry.pw_gid) != 0 ||
        ::setuid(entry.pw_uid) != 0)
        return Error::last_system_error("cannot become the user " + user);
    return {};
}

}  // namespace mirrorseed::app
