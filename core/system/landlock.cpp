#include "core/system/landlock.hpp"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace mirrorseed {
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
constexpr Rights move_and_link = LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_REFER;
constexpr Rights run_file = LANDLOCK_ACCESS_FS_EXECUTE;

// Everything that an interface knows, so that what no rule allows is forbidden.
Ruleset all_rights(long interface) {
    Ruleset all{.files = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1};
    if (interface >= 2) all.files |= LANDLOCK_ACCESS_FS_REFER;
    if (interface >= 3) all.files |= truncate_right;
    if (interface >= 4) all.network = connect_right;
    if (interface >= 5) all.files |= device_control_right;
    return all;
}

Descriptor new_ruleset(const Ruleset& handled, long interface) {
    const auto size = interface >= 4 ? sizeof handled : sizeof handled.files;
    return Descriptor(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &handled, size, 0)));
}

bool allow(const Descriptor& ruleset, const std::string& path, Rights rights) {
    const Descriptor place(::open(path.c_str(), O_PATH | O_CLOEXEC));
    struct stat info {};
    if (!place.is_open() || ::fstat(place.get(), &info) != 0) return errno == ENOENT || errno == EACCES;
    if (!S_ISDIR(info.st_mode)) rights &= read_file | write_file | run_file;
    landlock_path_beneath_attr rule{.allowed_access = rights, .parent_fd = place.get()};
    return ::syscall(SYS_landlock_add_rule, ruleset.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

}  // namespace

Confines confines_of_a_program() {
    return {.readable = {"/etc", "/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager",
                         "/dev/urandom", "/dev/random", "/dev/zero"},
            .writable = {"/dev/null"},
            .executable = {"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}};
}

Result<std::optional<Landlock>> Landlock::prepare(const Confines& confines) {
    const auto interface =
        ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (interface < 1) return std::optional<Landlock>();
    auto handled = all_rights(interface);
    if (confines.may_connect) handled.network = 0;
    auto ruleset = new_ruleset(handled, interface);
    bool good = ruleset.is_open();
    const auto allow_all = [&](const std::vector<std::string>& paths, Rights rights) {
        for (const auto& path : paths)
            good = good && allow(ruleset, path, rights & handled.files);
    };
    allow_all(confines.readable, read_all);
    allow_all(confines.writable, read_all | write_file | change_folder);
    allow_all(confines.workshops, read_all | write_file | change_folder | move_and_link);
    allow_all(confines.executable, read_all | run_file);
    if (!good) return Error::last_system_error("cannot be confined by Landlock");
    return std::optional(Landlock(std::move(ruleset)));
}

bool Landlock::restrict_self() const noexcept {
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::syscall(SYS_landlock_restrict_self, ruleset_.get(), 0) == 0;
}

}  // namespace mirrorseed
