// What clients owe who are not connected any more: until when what they were sent is paid for.
//
// So nobody is free of a debt by hanging up. Bounded: where there are more, the
// smallest are forgiven, since large ones are what a rate is there to prevent.
#pragma once

#include "httpd/pace.hpp"
#include "httpd/peer_address.hpp"

#include <cstddef>
#include <unordered_map>

namespace mirrorseed::httpd {

class Debts {
public:
    explicit Debts(std::size_t most) : most_(most) {}

    // Beside what it owes already.
    void remember(const PeerAddress& client, Pace::Time until, Pace::Time now);
    // What the client owes, which is then its own to remember. The epoch of the clock when it owes nothing.
    Pace::Time take(const PeerAddress& client);
    std::size_t size() const noexcept { return until_.size(); }

private:
    bool make_room(Pace::Time for_one_until, Pace::Time now);

    std::size_t most_;
    std::unordered_map<PeerAddress, Pace::Time, PeerAddress::Hash> until_;
};

}  // namespace mirrorseed::httpd
