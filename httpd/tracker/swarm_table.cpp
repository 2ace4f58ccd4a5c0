#include "httpd/tracker/swarm_table.hpp"

#include <algorithm>
#include <iterator>

namespace mirrorseed::httpd::tracker {
namespace {

constexpr std::uint32_t swept_at_once = 8192;
constexpr std::uint64_t parts_of_a_round = 60, least_of_a_part = 4096;
constexpr std::uint64_t cost_of_a_swarm = 64;  // in slots

}  // namespace

// They are hashes already, and of our own torrents.
std::size_t SwarmTable::FirstBytes::operator()(const InfoHash& hash) const noexcept {
    std::size_t first = 0;
    std::memcpy(&first, hash.data(), sizeof first);
    return first;
}

void SwarmTable::track(std::vector<InfoHash> hashes) {
    std::sort(hashes.begin(), hashes.end());
    hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
    const std::lock_guard lock(mutex_);
    std::vector<InfoHash> gone, come;
    std::set_difference(tracked_.begin(), tracked_.end(), hashes.begin(), hashes.end(),
                        std::back_inserter(gone));
    std::set_difference(hashes.begin(), hashes.end(), tracked_.begin(), tracked_.end(),
                        std::back_inserter(come));
    for (const auto& hash : gone) {
        auto& shard = shard_of(hash);
        const std::lock_guard shard_lock(shard.mutex);
        const auto swarm = shard.swarms.extract(hash);
        if (swarm) peers_.fetch_sub(swarm.mapped()->size(), std::memory_order_relaxed);
    }
    for (const auto& hash : come) {
        auto& shard = shard_of(hash);
        const std::lock_guard shard_lock(shard.mutex);
        shard.swarms.emplace(hash, std::make_unique<Swarm>());
    }
    tracked_ = std::move(hashes);
}

std::uint32_t SwarmTable::id_of(const Announce& announce, const Asker& asker) const noexcept {
    std::array<std::uint8_t, 20 + 4 + 16> text{};
    std::memcpy(text.data(), announce.peer_id.data(), 20);
    std::memcpy(text.data() + 20, &announce.key, 4);
    if (announce.key != 0) return static_cast<std::uint32_t>(sip_hash(key_, ByteSpan(text).first(24)));
    std::memcpy(text.data() + 24, asker.address.bytes.data(), 16);
    return static_cast<std::uint32_t>(sip_hash(key_, text));
}

bool SwarmTable::may_add(const Announce& announce, const Asker& asker, const Swarm& swarm,
                         Time now) noexcept {
    if (swarm.size() >= limits_.of_swarm || peers_.load(std::memory_order_relaxed) >= limits_.in_all)
        return false;
    if (asker.reach == Reach::machine) return true;
    return newcomers_.take(client_hash(key_, asker.address, &announce.info_hash), limits_.new_peers, now);
}

SwarmTable::Outcome SwarmTable::announce(const Announce& announce, const Asker& asker, Families families,
                                         Time now, std::uint64_t random, Told& told) {
    const Swarm::Visit visit{announce, asker, id_of(announce, asker), families, now, random};
    auto& shard = shard_of(announce.info_hash);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.swarms.find(announce.info_hash);
    if (found == shard.swarms.end()) return Outcome::unknown_hash;
    auto& swarm = *found->second;
    const auto entry = swarm.take(visit, [&] { return may_add(announce, asker, swarm, now); });
    if (entry == Swarm::Entry::added) peers_.fetch_add(1, std::memory_order_relaxed);
    if (entry == Swarm::Entry::removed) peers_.fetch_sub(1, std::memory_order_relaxed);
    swarm.tell(visit, told.peers);
    told.counts = swarm.counts();
    return entry == Swarm::Entry::no_room ? Outcome::not_let_in : Outcome::answered;
}

std::optional<SwarmCounts> SwarmTable::counts(const InfoHash& hash) const {
    const auto& shard = shard_of(hash);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.swarms.find(hash);
    if (found == shard.swarms.end()) return std::nullopt;
    return found->second->counts();
}

std::vector<std::pair<InfoHash, SwarmCounts>> SwarmTable::all_counts() const {
    std::vector<std::pair<InfoHash, SwarmCounts>> all;
    for (const auto& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        for (const auto& [hash, swarm] : shard.swarms)
            if (const auto counts = swarm->counts(); counts != SwarmCounts()) all.emplace_back(hash, counts);
    }
    return all;
}

SwarmTable::Totals SwarmTable::totals() const {
    Totals totals;
    for (const auto& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        totals.torrents += shard.swarms.size();
        for (const auto& [hash, swarm] : shard.swarms) {
            const auto counts = swarm->counts();
            totals.peers_v4 += swarm->size_v4();
            totals.peers_v6 += swarm->size_v6();
            totals.seeders += counts.seeders;
            totals.leechers += counts.leechers;
            totals.completed += counts.completed;
        }
    }
    return totals;
}

bool SwarmTable::sweep_some(const InfoHash& hash, Time now, std::uint64_t& budget) {
    auto& shard = shard_of(hash);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.swarms.find(hash);
    if (found == shard.swarms.end()) return true;
    const auto swept = found->second->sweep(now, swept_at_once);
    peers_.fetch_sub(swept.gone, std::memory_order_relaxed);
    budget -= std::min(budget, swept.looked_at + cost_of_a_swarm);
    return swept.whole;
}

void SwarmTable::sweep(Time now) {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock || tracked_.empty()) return;  // it comes again
    const auto everything =
        peers_.load(std::memory_order_relaxed) * 3 / 2 + tracked_.size() * cost_of_a_swarm;
    auto budget = everything / parts_of_a_round + least_of_a_part;
    for (auto left = tracked_.size(); budget > 0 && left > 0;) {
        if (swept_ >= tracked_.size()) swept_ = 0;
        if (!sweep_some(tracked_[swept_], now, budget)) continue;
        ++swept_;
        --left;
    }
}

std::uint64_t client_hash(const HashKey& key, const Address& address, const InfoHash* hash) noexcept {
    std::array<std::uint8_t, 16 + 20> text{};
    std::memcpy(text.data(), address.bytes.data(), address.is_v4() ? 16 : 8);
    if (hash == nullptr) return sip_hash(key, ByteSpan(text).first(16));
    std::memcpy(text.data() + 16, hash->data(), hash->size());
    return sip_hash(key, text);
}

}  // namespace mirrorseed::httpd::tracker
