// Proof that whoever asks by UDP gets what is sent to the address that it asks from.
//
// An id is a keyed hash of the address and of the time in which it was given out, so nothing is kept of those
// who never come back. It is good for two minutes at least, as BEP 15 wants it, and not for three.
#pragma once

#include "httpd/tracker/announce.hpp"
#include "httpd/tracker/sip_hash.hpp"

namespace mirrorseed::httpd::tracker {

class ConnectionIds {
public:
    explicit ConnectionIds(const HashKey& key) : key_(key) {}

    std::uint64_t id_for(const Address& address, Time now) const noexcept;
    bool is_good(std::uint64_t id, const Address& address, Time now) const noexcept;

private:
    std::uint64_t id_of(const Address& address, std::uint64_t slot) const noexcept;

    HashKey key_;
};

}  // namespace mirrorseed::httpd::tracker
