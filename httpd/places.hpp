// The addresses that a server listens at, and what a reload makes of them.
//
// What is new is opened before anything old is closed, so that all change or none. A port may then be ours
// twice for a moment: it is shared among our own sockets, and never with a stranger's.
#pragma once

#include "httpd/listener.hpp"

#include <string>
#include <vector>

namespace mirrorseed::httpd {

// An address that is asked for, and for whom it is.
struct Spot {
    std::string address;
    bool ipv6_alone = false;
    bool operator==(const Spot&) const = default;
};
using Spots = std::vector<Spot>;
// `all`: with those that are asked for by TLS, or without.
Spots spots_of(const std::vector<std::string>& addresses, const std::vector<std::string>& all);

struct Place {
    Spot asked;
    Listener listener;
};
using Places = std::vector<Place>;

// What is open, and the spots of which it will be.
struct Standing {
    const Places& places;
    const Spots& asked;
};
// Those of the first that are not open: all or none. The others are ours, too.
Result<Places> open_new(const std::vector<Standing>& own, std::size_t loops,
                        Carries carries = Carries::connections);

std::vector<std::string> texts_of(const Places& places);
std::vector<std::uint16_t> ports_of(const Places& places);

}  // namespace mirrorseed::httpd
