#include "app/serve/confinement.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <array>

namespace mirrorseed::app {

Status confine(const Confines& confines, const Log& log) {
    const auto landlock = Landlock::prepare(confines);
    if (!landlock) return landlock.error();
    if (!*landlock) {
        log.info("this kernel has no Landlock; the server runs without it");
        return {};
    }
    if (!(*landlock)->restrict_self())
        return Error::last_system_error("cannot confine the server with Landlock");
    return {};
}

Status become_user(const std::string& user, const Log& log) {
    if (::geteuid() != 0 || user.empty()) return {};
    std::array<char, 4096> buffer;
    passwd entry{};
    passwd* found = nullptr;
    ::getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (found == nullptr) {
        log.warning("there is no user \"{}\" ([server] user); the server keeps running as root",
                    outside(user));
        return {};
    }
    if (::initgroups(user.c_str(), entry.pw_gid) != 0 || ::setgid(entry.pw_gid) != 0 ||
        ::setuid(entry.pw_uid) != 0)
        return Error::last_system_error("cannot become the user " + user);
    return {};
}

}  // namespace mirrorseed::app
