#include "core/system/system_user.hpp"

#include <grp.h>
#include <pwd.h>

#include <utility>
#include <vector>

namespace mirrorseed {

std::optional<SystemUser> find_user(const std::string& name) {
    std::vector<char> buffer(16384);
    passwd entry{};
    passwd* found = nullptr;
    ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (found == nullptr) return std::nullopt;
    std::vector<gid_t> groups(64);
    auto count = static_cast<int>(groups.size());
    while (::getgrouplist(name.c_str(), entry.pw_gid, groups.data(), &count) < 0) {
        if (count <= static_cast<int>(groups.size())) count = static_cast<int>(groups.size()) * 2;
        groups.resize(static_cast<std::size_t>(count));
    }
    groups.resize(static_cast<std::size_t>(count));
    return SystemUser{name, entry.pw_uid, entry.pw_gid, std::move(groups)};
}

}  // namespace mirrorseed
