// All swarms, shared by all event loops: of the hashes that are tracked, and of no others.
//
// In memory alone, bounded for each torrent and in all. Its shards are there so that loops do not wait for
// each other, and none is held for long: a swarm is swept a few thousand slots at a time. Safe from any
// thread.
#pragma once

#include "httpd/tracker/request_buckets.hpp"
#include "httpd/tracker/sip_hash.hpp"
#include "httpd/tracker/swarm.hpp"

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mirrorseed::httpd::tracker {

struct SwarmLimits {
    std::uint32_t of_swarm = 2'000'000;
    std::uint64_t in_all = 4'000'000;
    // New peers of one client in one swarm: behind a carrier's address there may be many, and whoever invents
    // them gets no further than this and what comes in the time for which a peer is remembered.
    BucketSize new_peers{std::chrono::seconds(20), 64};
};

class SwarmTable {
public:
    explicit SwarmTable(const SwarmLimits& limits = {}) : limits_(limits) {}

    // From now on these and no others. Swarms of those that are not among them are gone.
    void track(std::vector<InfoHash> hashes);

    enum class Outcome { unknown_hash, answered, not_let_in };
    struct Told {
        SwarmCounts counts{};
        PeersTold peers;
    };
    // Nothing is told of a hash that is not tracked. Whoever is not let in is told of the others all the
    // same.
    Outcome announce(const Announce& announce, const Asker& asker, Families families, Time now,
                     std::uint64_t random, Told& told);

    std::optional<SwarmCounts> counts(const InfoHash& hash) const;
    // Of all that somebody is in, or was.
    std::vector<std::pair<InfoHash, SwarmCounts>> all_counts() const;

    struct Totals {
        std::uint64_t torrents = 0, peers_v4 = 0, peers_v6 = 0, seeders = 0, leechers = 0, completed = 0;
        bool operator==(const Totals&) const = default;
    };
    Totals totals() const;

    // A part of the work, of which about sixty make the whole.
    void sweep(Time now);

private:
    struct FirstBytes {
        std::size_t operator()(const InfoHash& hash) const noexcept;
    };
    struct alignas(64) Shard {
        mutable std::mutex mutex;
        std::unordered_map<InfoHash, std::unique_ptr<Swarm>, FirstBytes> swarms;
    };
    static constexpr std::size_t shard_count = 64;
    static std::size_t shard_number(const InfoHash& hash) noexcept { return hash[19] % shard_count; }
    Shard& shard_of(const InfoHash& hash) noexcept { return shards_[shard_number(hash)]; }
    const Shard& shard_of(const InfoHash& hash) const noexcept { return shards_[shard_number(hash)]; }
    std::uint32_t id_of(const Announce& announce, const Asker& asker) const noexcept;
    bool may_add(const Announce& announce, const Asker& asker, const Swarm& swarm, Time now) noexcept;
    // Of one swarm, a few thousand slots; true at its end.
    bool sweep_some(const InfoHash& hash, Time now, std::uint64_t& budget);

    const SwarmLimits limits_;
    const HashKey key_ = HashKey::random();
    std::array<Shard, shard_count> shards_;
    std::atomic<std::uint64_t> peers_ = 0;
    RequestBuckets newcomers_;
    std::mutex mutex_;               // over what follows
    std::vector<InfoHash> tracked_;  // in order
    std::size_t swept_ = 0;          // how many of them, in this round
};

// What a client is known by where its requests are counted: an address of IPv4, or the network that one of
// IPv6 is in; and what else is to be told apart.
std::uint64_t client_hash(const HashKey& key, const Address& address,
                          const InfoHash* hash = nullptr) noexcept;

}  // namespace mirrorseed::httpd::tracker
