// Users of this machine.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace mirrorseed {

struct SystemUser {
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;                // of the user's own group
    std::vector<gid_t> groups{};  // all of them
};

std::optional<SystemUser> find_user(const std::string& name);

}  // namespace mirrorseed
