// As whom the server serves.
//
// Root becomes the user that [server] user names. Where that names nobody, or names nobody itself and there
// is no such user, root stays root without its powers, and gives in a plain folder what everybody may read.
#pragma once

#include "app/config/config.hpp"
#include "core/result.hpp"
#include "core/system/system_user.hpp"

#include <functional>
#include <optional>

namespace mirrorseed::app {

struct ServerRights {
    enum class Kind {
        as_started,  // by an ordinary user
        of_user,
        bare_root,
    };
    Kind kind = Kind::as_started;
    SystemUser user{};
};

using FindUser = std::function<std::optional<SystemUser>(const std::string& name)>;

// Pure. Fault::refused where the config itself names a user that there is not.
Result<ServerRights> rights_for(const ServingUser& wanted, bool is_root, const FindUser& find);
Result<ServerRights> rights_here(const ServingUser& wanted);

}  // namespace mirrorseed::app
