#include "app/config/server_rights.hpp"

#include <unistd.h>

namespace mirrorseed::app {

Result<ServerRights> rights_for(const ServingUser& wanted, bool is_root, const FindUser& find) {
    if (!is_root) return ServerRights();
    const ServerRights bare{.kind = ServerRights::Kind::bare_root};
    if (wanted.name.empty()) return bare;
    auto user = find(wanted.name);
    if (user) return ServerRights{.kind = ServerRights::Kind::of_user, .user = std::move(*user)};
    if (!wanted.is_named) return bare;
    return Error(Fault::refused, "[server] user names " + wanted.name +
                                     ", and there is no such user; make it, name another, or write \"\" for "
                                     "root without its powers");
}

Result<ServerRights> rights_here(const ServingUser& wanted) {
    return rights_for(wanted, ::geteuid() == 0, find_user);
}

}  // namespace mirrorseed::app
