#include "httpd/clients.hpp"

namespace mirrorseed::httpd {

bool Crowd::enter(std::uint64_t most) noexcept {
    if (served_.fetch_add(1, std::memory_order_relaxed) < most) return true;
    leave();
    return false;
}

bool Client::enter(std::uint32_t most) noexcept {
    if (!own_.enter(most)) return false;
    for (std::size_t i = 0; i < wider_.size(); ++i) {
        if (!wider_[i] || wider_[i]->enter(std::uint64_t{most} * wider_networks[i].times)) continue;
        while (i-- > 0)
            wider_[i]->leave();
        own_.leave();
        return false;
    }
    return true;
}

void Client::leave() noexcept {
    own_.leave();
    for (const auto& crowd : wider_)
        if (crowd) crowd->leave();
}

std::shared_ptr<Client> Clients::find(const PeerAddress& peer) {
    const auto network = peer.network();
    return clients_.find(network, [&] {
        std::shared_ptr<Client> client(new Client, [this, network](const Client* gone) {
            const auto until = gone->pace.paid_until();
            delete gone;
            remember_debt(network, until);
        });
        const std::lock_guard lock(mutex_);
        client->pace.owe_until(debts_.take(network), std::chrono::steady_clock::now());
        return client;
    });
}

// Another of its connections may have come since the last one went.
void Clients::remember_debt(const PeerAddress& network, Pace::Time until) {
    const auto now = std::chrono::steady_clock::now();
    if (until <= now) return;
    const auto back = clients_.find_or(network, [&] {
        const std::lock_guard lock(mutex_);
        debts_.remember(network, until, now);
    });
    if (back) back->pace.owe_until(until, now);
}

std::shared_ptr<Client> Clients::find_to_let_in(const PeerAddress& peer) {
    auto client = find(peer);
    if (!peer.is_v6()) return client;
    std::call_once(client->placed_, [&] {
        for (std::size_t i = 0; i < wider_networks.size(); ++i)
            client->wider_[i] = wider_[i].find(peer.network(wider_networks[i].bits),
                                               [] { return std::make_shared<Crowd>(); });
    });
    return client;
}

}  // namespace mirrorseed::httpd
