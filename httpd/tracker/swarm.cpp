#include "httpd/tracker/swarm.hpp"

#include "httpd/tracker/packets.hpp"

namespace mirrorseed::httpd::tracker {

// A client that seeds by one version of IP and leeches by the other, until it announces by that too, seeds.
void Swarm::count_twice(Is one, Is other, std::uint32_t more) noexcept {
    if (one == Is::nobody || other == Is::nobody) return;
    const bool both_seed = one == Is::seeder && other == Is::seeder;
    (both_seed ? twice_seeders_ : twice_leechers_) += more;
}

SwarmCounts Swarm::counts() const noexcept {
    SwarmCounts counts{.paused = paused_, .completed = completed_};
    const auto add = [&counts](const auto& groups) {
        for (const auto& group : groups)
            (group.kind == Is::seeder ? counts.seeders : counts.leechers) += group.peers.size();
    };
    add(v4_);
    add(v6_);
    counts.seeders -= twice_seeders_;
    counts.leechers -= twice_leechers_;
    return counts;
}

// Seeds are told of those who download, and those who download of everybody, as many of each kind as there
// are of them in proportion.
template <std::size_t width>
std::uint32_t Swarm::tell_of(const Groups<width>& groups, const Visit& visit, std::uint32_t wanted,
                             std::uint8_t* to) const noexcept {
    const auto is_for = [&](const Group<width>& group) {
        return may_be_told(group.reach, visit.asker.reach) &&
               !(visit.announce.seeds && group.kind == Is::seeder);
    };
    std::uint64_t there = 0;
    for (const auto& group : groups)
        there += is_for(group) ? group.peers.size() : 0;
    typename PeerStore<width>::Except except{.id = visit.id};
    const bool is_own = visit.asker.address.is_v4() == (width == 4);
    if (is_own) except.compact = peer_of<width>(visit).compact;
    std::uint32_t told = 0;
    for (const auto& group : groups) {
        if (!is_for(group) || group.peers.size() == 0) continue;
        const std::uint64_t left = wanted - told;
        const auto share = there <= left ? left : (left * group.peers.size() + there - 1) / there;
        told += group.peers.sample(visit.random, static_cast<std::uint32_t>(share), except,
                                   to + told * KeptPeer<width>::compact_size);
        there -= group.peers.size();
    }
    return told;
}

void Swarm::tell(const Visit& visit, PeersTold& told) const {
    told.count_v4 = told.count_v6 = 0;
    if (visit.announce.event == Event::stopped) return;
    const bool by_v4 = visit.asker.address.is_v4(), both = visit.families == Families::both;
    const auto wanted = std::min(visit.announce.wanted, most_wanted);
    if (by_v4 || both) told.count_v4 = tell_of(v4_, visit, wanted, told.v4.data());
    if (!by_v4 || both)
        told.count_v6 = tell_of(v6_, visit, both ? wanted : std::min(wanted, most_wanted_v6), told.v6.data());
}

// True when the group was looked at to its end.
template <std::size_t width, std::size_t other>
bool Swarm::sweep_group(Groups<width>& groups, Groups<other>& others, std::size_t at, Time now,
                        std::uint32_t slots, Swept& swept) {
    auto& group = groups[at];
    const auto is_gone = [&](const KeptPeer<width>& peer) {
        if (peer.seen.age(now) <= patience) return false;
        if (peer.seen.is_paused()) --paused_;
        note_change<width>(group.kind, Is::nobody, others, peer.id);
        ++swept.gone;
        return true;
    };
    const auto from = swept_slot_;
    swept_slot_ = group.peers.sweep(from, slots, is_gone);
    swept.looked_at += swept_slot_ > from ? swept_slot_ - from : 0;
    if (swept_slot_ < group.peers.capacity()) return false;
    group.peers.give_back_room();
    return true;
}

Swarm::Swept Swarm::sweep(Time now, std::uint32_t slots) {
    Swept swept;
    while (swept.looked_at < slots) {
        const std::size_t at = swept_group_;
        if (at >= v4_.size() + v6_.size()) {
            swept_group_ = 0;
            swept.whole = true;
            return swept;
        }
        const auto left = slots - swept.looked_at;
        const bool to_its_end = at < v4_.size() ? sweep_group(v4_, v6_, at, now, left, swept)
                                                : sweep_group(v6_, v4_, at - v4_.size(), now, left, swept);
        if (!to_its_end) return swept;
        swept_slot_ = 0;
        ++swept_group_;
    }
    return swept;
}

}  // namespace mirrorseed::httpd::tracker
