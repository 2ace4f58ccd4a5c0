// Who is connected, by client: an IPv4 address, or the /64 that an IPv6 address is in.
//
// What a client may have is counted over all its connections, whichever loop they
// are on. Whoever holds many /64s is bounded by the wider networks that these are
// in, for connections alone. Safe from any thread; outlives the clients it found.
#pragma once

#include "httpd/debts.hpp"
#include "httpd/pace.hpp"
#include "httpd/peer_address.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace mirrorseed::httpd {

// Connections of one network that may be used now.
class Crowd {
public:
    bool enter(std::uint64_t most) noexcept;
    void leave() noexcept { served_.fetch_sub(1, std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> served_ = 0;
};

// A network that many clients' are in, and how many times as much as one of them it may have.
struct WiderNetwork {
    unsigned bits, times;
};
constexpr std::array wider_networks{WiderNetwork{56, 4}, WiderNetwork{48, 16}};

class Client {
public:
    Pace pace;

    // False when it, or a network that it is in, has as many connections as it may. Of one that was found to
    // be let in.
    bool enter(std::uint32_t most) noexcept;
    void leave() noexcept;

private:
    friend class Clients;
    Crowd own_;
    std::once_flag placed_;
    std::array<std::shared_ptr<Crowd>, wider_networks.size()> wider_;  // none in IPv4
};

// What belongs to a network for as long as anybody holds it. Its shards are there so that loops do not wait
// for each other.
template <class Thing>
class SharedByNetwork {
public:
    // `make` is called under the shard's mutex.
    template <class Make>
    std::shared_ptr<Thing> find(const PeerAddress& network, const Make& make) {
        auto& shard = shard_of(network);
        const std::lock_guard lock(shard.mutex);
        if (++shard.looked > 2 * shard.things.size() + 64) {
            std::erase_if(shard.things, [](const auto& known) { return known.second.expired(); });
            shard.looked = 0;
        }
        auto& known = shard.things[network];
        auto thing = known.lock();
        if (!thing) known = thing = make();
        return thing;
    }
    // What is there; where nothing is, `otherwise` is called under the shard's mutex.
    template <class Otherwise>
    std::shared_ptr<Thing> find_or(const PeerAddress& network, const Otherwise& otherwise) {
        auto& shard = shard_of(network);
        const std::lock_guard lock(shard.mutex);
        const auto known = shard.things.find(network);
        auto thing = known == shard.things.end() ? std::shared_ptr<Thing>() : known->second.lock();
        if (!thing) otherwise();
        return thing;
    }
    std::size_t count() const {
        std::size_t count = 0;
        for (const auto& shard : shards_) {
            const std::lock_guard lock(shard.mutex);
            for (const auto& known : shard.things)
                count += known.second.expired() ? 0 : 1;
        }
        return count;
    }

private:
    struct Shard {
        mutable std::mutex mutex;
        std::unordered_map<PeerAddress, std::weak_ptr<Thing>, PeerAddress::Hash> things;
        std::size_t looked = 0;  // since those that have gone were taken out
    };
    Shard& shard_of(const PeerAddress& network) { return shards_[network.hash() % shards_.size()]; }
    std::array<Shard, 64> shards_;
};

class Clients {
public:
    // The same one for as long as anybody holds it; afterwards one that owes what it owed.
    std::shared_ptr<Client> find(const PeerAddress& peer);
    // With the networks that it is in.
    std::shared_ptr<Client> find_to_let_in(const PeerAddress& peer);
    std::size_t count() const { return clients_.count(); }

private:
    static constexpr std::size_t most_debts = 65'536;
    void remember_debt(const PeerAddress& network, Pace::Time until);

    SharedByNetwork<Client> clients_;
    std::array<SharedByNetwork<Crowd>, wider_networks.size()> wider_;
    std::mutex mutex_;
    Debts debts_{most_debts};  // under the mutex
};

}  // namespace mirrorseed::httpd
