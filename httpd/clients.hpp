// Who is connected, by client: an IPv4 address, or the /64 that an IPv6 address is in.
//
// What a client may have is counted over all its connections, whichever loop they
// are on. Safe from any thread.
#pragma once

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

struct Client {
    Pace pace;
    std::atomic<std::uint32_t> served = 0;  // connections that it may use now

    // False when it has as many as it may; `most` 0 sets no limit.
    bool enter(std::uint32_t most) noexcept;
    void leave() noexcept { served.fetch_sub(1, std::memory_order_relaxed); }
};

class Clients {
public:
    // The same one for as long as anybody holds it.
    std::shared_ptr<Client> find(const PeerAddress& peer);
    std::size_t count() const;

private:
    struct KeyHash {
        std::size_t operator()(const PeerAddress& key) const noexcept { return key.hash(); }
    };
    // So that loops do not wait for each other.
    struct Shard {
        mutable std::mutex mutex;
        std::unordered_map<PeerAddress, std::weak_ptr<Client>, KeyHash> clients;
        std::size_t looked = 0;  // since those that have gone were taken out
    };
    std::array<Shard, 64> shards_;
};

}  // namespace mirrorseed::httpd
