#include "httpd/own_machine.hpp"

#include "httpd/authority.hpp"
#include "httpd/request_target.hpp"

#include <sys/socket.h>
#include <unistd.h>

namespace mirrorseed::httpd {

bool is_from_own_machine(const Approach& approach, const Request& request) {
    if (approach.by_trusted_proxy || request.was_forwarded || !approach.peer.is_local()) return false;
    if (!approach.peer.is_ip()) return approach.by_own_user;
    const auto in_target = authority_of(request.target);
    return names_no_domain(in_target.empty() ? request.host.value_or("") : in_target);
}

bool is_opened_by_own_user(int socket) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return false;
    return credentials.uid == 0 || credentials.uid == ::geteuid();
}

}  // namespace mirrorseed::httpd
