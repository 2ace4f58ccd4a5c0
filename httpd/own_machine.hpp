// Whether a request comes from this machine itself, and nobody else stands behind it. Pure.
//
// A proxy on this machine speaks for the world, and a page that a browser on it shows may come from anywhere:
// its own name may be made to lead here, and then it stands in Host. So the peer must be local, no proxy that
// is trusted, and must say nothing of having been sent; and by TCP it must ask for no name but `localhost`.
// A proxy that passes an address as Host and nothing else cannot be told from a person.
#pragma once

#include "httpd/peer_address.hpp"
#include "httpd/request.hpp"

namespace mirrorseed::httpd {

struct Approach {
    PeerAddress peer;               // the connection's other end
    bool by_trusted_proxy = false;  // that is one, or what it sends began with the header of one
    bool by_own_user = false;       // by a Unix socket: root, or the user that this program is now
};
bool is_from_own_machine(const Approach& approach, const Request& request);

// Of a connected Unix socket.
bool is_opened_by_own_user(int socket);

}  // namespace mirrorseed::httpd
