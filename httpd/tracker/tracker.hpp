// What all event loops share of the tracker. Safe from any thread.
#pragma once

#include "httpd/tracker/connection_ids.hpp"
#include "httpd/tracker/swarm_table.hpp"

#include <atomic>

namespace mirrorseed::httpd::tracker {

struct Tracker {
    Tracker() = default;
    explicit Tracker(const SwarmLimits& limits) : swarms(limits) {}

    // Fifty a second for long: as many as a seed of a hundred thousand torrents needs. Those of this machine
    // are not counted: a test or a bench stands for many clients.
    bool may_ask(const Asker& asker, Time now) noexcept {
        constexpr BucketSize size{std::chrono::milliseconds(20), 1000};
        return asker.reach == Reach::machine || requests.take(client_hash(key, asker.address), size, now);
    }

    SwarmTable swarms;
    ConnectionIds ids{HashKey::random()};
    HashKey key = HashKey::random();
    RequestBuckets requests;
    std::atomic<bool> knows_hashes = false;  // which ones are tracked was read once at least
};

}  // namespace mirrorseed::httpd::tracker
