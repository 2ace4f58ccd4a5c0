#include "httpd/tracker/announce.hpp"

namespace mirrorseed::httpd::tracker {

std::optional<Asker> asker_at(const Address& address) {
    const auto reach = reach_of(boost::asio::ip::address_v6(address.bytes));
    if (!reach) return std::nullopt;
    return Asker{address, *reach};
}

}  // namespace mirrorseed::httpd::tracker
