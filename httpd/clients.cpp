#include "httpd/clients.hpp"

namespace mirrorseed::httpd {

bool Client::enter(std::uint32_t most) noexcept {
    if (served.fetch_add(1, std::memory_order_relaxed) < most || most == 0) return true;
    leave();
    return false;
}

std::shared_ptr<Client> Clients::find(const PeerAddress& peer) {
    const auto key = peer.network();
    auto& shard = shards_[key.hash() % shards_.size()];
    const std::lock_guard lock(shard.mutex);
    if (++shard.looked > 2 * shard.clients.size() + 64) {
        std::erase_if(shard.clients, [](const auto& client) { return client.second.expired(); });
        shard.looked = 0;
    }
    auto& known = shard.clients[key];
    auto client = known.lock();
    if (!client) known = client = std::make_shared<Client>();
    return client;
}

std::size_t Clients::count() const {
    std::size_t count = 0;
    for (const auto& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        for (const auto& client : shard.clients)
            count += client.second.expired() ? 0 : 1;
    }
    return count;
}

}  // namespace mirrorseed::httpd
