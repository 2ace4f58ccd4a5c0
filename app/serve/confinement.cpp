#include "app/serve/confinement.hpp"

#include "core/system/capabilities.hpp"

#include <grp.h>
#include <unistd.h>

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

Status take_on(const ServerRights& rights, const Log& log) {
    switch (rights.kind) {
        case ServerRights::Kind::as_started:
            return {};
        case ServerRights::Kind::bare_root:
            log.info(
                "the server stays root, without its powers; in a plain folder it serves what everybody may "
                "read");
            return give_up_capabilities();
        case ServerRights::Kind::of_user:
            break;
    }
    const auto& user = rights.user;
    if (::setgroups(user.groups.size(), user.groups.data()) != 0 || ::setgid(user.gid) != 0 ||
        ::setuid(user.uid) != 0)
        return Error::last_system_error("cannot become the user " + user.name);
    return {};
}

}  // namespace mirrorseed::app
