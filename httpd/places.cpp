#include "httpd/places.hpp"

#include <algorithm>
#include <utility>

namespace mirrorseed::httpd {
namespace {

// It has the port that is wanted, and is at another address or will leave it. At the very same address, one
// that stays is in the way as a stranger's would be.
bool makes_room(const Place& own, const SocketAddress& wanted, const Spots& asked) {
    const auto& address = own.listener.address;
    if (port_of(wanted) == 0 || port_of(address) != port_of(wanted)) return false;
    return address != wanted || std::find(asked.begin(), asked.end(), own.asked) == asked.end();
}

bool is_beside_own(const std::string& text, const std::vector<Standing>& own) {
    const auto address = parse_listen_address(text);
    return address && std::any_of(own.begin(), own.end(), [&](const Standing& standing) {
               return std::any_of(standing.places.begin(), standing.places.end(), [&](const Place& place) {
                   return makes_room(place, *address, standing.asked);
               });
           });
}

}  // namespace

Spots spots_of(const std::vector<std::string>& addresses, const std::vector<std::string>& all) {
    Spots spots;
    spots.reserve(addresses.size());
    for (const auto& address : addresses)
        spots.push_back({address, is_for_ipv6_alone(address, all)});
    return spots;
}

Result<Places> open_new(const std::vector<Standing>& own, std::size_t loops, Carries carries) {
    const auto& present = own.front().places;
    const auto& asked = own.front().asked;
    Places opened;
    for (const auto& spot : asked) {
        const auto is_it = [&](const Place& place) { return place.asked == spot; };
        if (std::any_of(present.begin(), present.end(), is_it)) continue;
        auto all = own;
        all.push_back({opened, asked});
        const ListenManner manner{.carries = carries,
                                  .ipv6_alone = spot.ipv6_alone,
                                  .beside_own = is_beside_own(spot.address, all)};
        auto listener = listen_on(spot.address, loops, manner);
        if (!listener) return listener.error();
        opened.push_back({spot, std::move(*listener)});
    }
    return opened;
}

std::vector<std::string> texts_of(const Places& places) {
    std::vector<std::string> texts;
    texts.reserve(places.size());
    for (const auto& place : places)
        texts.push_back(address_text(place.listener.address));
    return texts;
}

std::vector<std::uint16_t> ports_of(const Places& places) {
    std::vector<std::uint16_t> numbers;
    numbers.reserve(places.size());
    for (const auto& place : places)
        numbers.push_back(port_of(place.listener.address));
    return numbers;
}

}  // namespace mirrorseed::httpd
