// How far inside an address is: what a stranger's word may make us connect to.
//
// A URL from outside, or a redirect, must not let somebody on the internet speak
// through us to machines that only we can reach. The question is asked of the
// address that a connection is really made to, never of a name. Addresses that
// carry an IPv4 address (mapped, NAT64, 6to4) are as far inside as that one.
#pragma once

#include <boost/asio/ip/address.hpp>

#include <optional>

namespace mirrorseed {

// From the outside inward.
enum class Reach {
    internet,
    site,     // private networks, carriers' NAT, and whatever IANA keeps for special use
    link,     // 169.254.0.0/16 and fe80::/10, where clouds keep their metadata
    machine,  // loopback, and the unspecified address, which means it
};

// Nothing for what no connection goes to: multicast, broadcast, the reserved last networks of IPv4.
std::optional<Reach> reach_of(const boost::asio::ip::address& address);

}  // namespace mirrorseed
