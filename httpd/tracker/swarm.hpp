// The peers of one torrent's hash: who is in, who is told of whom, how many they are.
//
// A peer is known by a keyed hash of its peer_id and its key, so a client that comes from another address is
// the same still, and one that comes by IPv4 and by IPv6 is counted once. Whoever tells no key is known by
// its address as well, since peers tell each other their ids. Not for several threads at a time.
#pragma once

#include "httpd/tracker/counts.hpp"
#include "httpd/tracker/peer_store.hpp"

#include <span>
#include <vector>

namespace mirrorseed::httpd::tracker {

// Which peers a client can use that asks in this way.
enum class Families { own, both };

// What a peer is told of others. Made once and filled again and again.
struct PeersTold {
    std::array<std::uint8_t, most_wanted * 6> v4;
    std::array<std::uint8_t, most_wanted * 18> v6;
    std::uint32_t count_v4 = 0, count_v6 = 0;

    std::span<const std::uint8_t> peers() const noexcept { return {v4.data(), count_v4 * std::size_t{6}}; }
    std::span<const std::uint8_t> peers6() const noexcept { return {v6.data(), count_v6 * std::size_t{18}}; }
};

class Swarm {
public:
    struct Visit {
        const Announce& announce;
        const Asker& asker;
        std::uint32_t id = 0;
        Families families = Families::both;
        Time now{};
        std::uint64_t random = 0;
    };
    enum class Entry { none, known, added, removed, no_room };

    // What the announce does to the swarm. `may_add` is asked before somebody new is let in.
    template <class MayAdd>
    Entry take(const Visit& visit, const MayAdd& may_add) {
        if (visit.asker.address.is_v4()) return take_in(v4_, v6_, visit, may_add);
        return take_in(v6_, v4_, visit, may_add);
    }
    void tell(const Visit& visit, PeersTold& told) const;

    SwarmCounts counts() const noexcept;
    std::uint32_t size_v4() const noexcept { return size_of(v4_); }
    std::uint32_t size_v6() const noexcept { return size_of(v6_); }
    std::uint32_t size() const noexcept { return size_v4() + size_v6(); }

    struct Swept {
        std::uint32_t looked_at = 0, gone = 0;
        bool whole = false;  // until the end of it, where the next one begins anew
    };
    // Goes on where the last one stopped.
    Swept sweep(Time now, std::uint32_t slots);

private:
    enum class Is : std::uint8_t { nobody, leecher, seeder };
    template <std::size_t width>
    struct Group {
        Reach reach = Reach::internet;
        Is kind = Is::leecher;
        PeerStore<width> peers{};
    };
    template <std::size_t width>
    using Groups = std::vector<Group<width>>;

    template <std::size_t width>
    static std::uint32_t size_of(const Groups<width>& groups) noexcept {
        std::uint32_t all = 0;
        for (const auto& group : groups)
            all += group.peers.size();
        return all;
    }
    template <std::size_t width>
    static Is find_in(Groups<width>& groups, std::uint32_t id) noexcept {
        for (auto& group : groups)
            if (group.peers.find(id) != nullptr) return group.kind;
        return Is::nobody;
    }
    template <std::size_t width>
    static Group<width>* group_of(Groups<width>& groups, Reach reach, Is kind) noexcept {
        for (auto& group : groups)
            if (group.reach == reach && group.kind == kind) return &group;
        return nullptr;
    }
    template <std::size_t width>
    static KeptPeer<width> peer_of(const Visit& visit) noexcept;
    template <std::size_t width>
    Is remove_from(Groups<width>& groups, std::uint32_t id) noexcept;
    template <std::size_t width, std::size_t other>
    void note_change(Is before, Is after, Groups<other>& others, std::uint32_t id) noexcept;
    template <std::size_t width, std::size_t other, class MayAdd>
    Entry take_in(Groups<width>& own, Groups<other>& others, const Visit& visit, const MayAdd& may_add);
    template <std::size_t width>
    std::uint32_t tell_of(const Groups<width>& groups, const Visit& visit, std::uint32_t wanted,
                          std::uint8_t* to) const noexcept;
    template <std::size_t width, std::size_t other>
    bool sweep_group(Groups<width>& groups, Groups<other>& others, std::size_t at, Time now,
                     std::uint32_t slots, Swept& swept);
    void count_twice(Is one, Is other, std::uint32_t more) noexcept;

    Groups<4> v4_;
    Groups<16> v6_;
    std::uint32_t completed_ = 0, paused_ = 0;
    // Clients that are in by both versions of IP: as seeders by both, and otherwise.
    std::uint32_t twice_seeders_ = 0, twice_leechers_ = 0;
    std::uint32_t swept_group_ = 0, swept_slot_ = 0;
};

// ---- the rest is what take() needs

template <std::size_t width>
KeptPeer<width> Swarm::peer_of(const Visit& visit) noexcept {
    KeptPeer<width> peer{.id = visit.id, .seen = Stamp(visit.now, visit.announce.event == Event::paused)};
    const auto& bytes = visit.asker.address.bytes;
    std::memcpy(peer.compact.data(), bytes.data() + bytes.size() - width, width);
    peer.compact[width] = static_cast<std::uint8_t>(visit.announce.port >> 8);
    peer.compact[width + 1] = static_cast<std::uint8_t>(visit.announce.port);
    return peer;
}

template <std::size_t width>
Swarm::Is Swarm::remove_from(Groups<width>& groups, std::uint32_t id) noexcept {
    for (auto& group : groups) {
        const auto* peer = group.peers.find(id);
        if (peer == nullptr) continue;
        if (peer->seen.is_paused()) --paused_;
        group.peers.remove(peer);
        return group.kind;
    }
    return Is::nobody;
}

template <std::size_t width, std::size_t other>
void Swarm::note_change(Is before, Is after, Groups<other>& others, std::uint32_t id) noexcept {
    if (before == after || others.empty()) return;
    const auto there = find_in(others, id);
    if (there == Is::nobody) return;
    constexpr auto less = static_cast<std::uint32_t>(-1);
    count_twice(before, there, less);
    count_twice(after, there, 1);
}

template <std::size_t width, std::size_t other, class MayAdd>
Swarm::Entry Swarm::take_in(Groups<width>& own, Groups<other>& others, const Visit& visit,
                            const MayAdd& may_add) {
    const auto& announce = visit.announce;
    if (announce.event == Event::stopped) {
        const auto was = remove_from(own, visit.id);
        note_change<width>(was, Is::nobody, others, visit.id);
        return was == Is::nobody ? Entry::none : Entry::removed;
    }
    const auto kind = announce.seeds ? Is::seeder : Is::leecher;
    auto* group = group_of(own, visit.asker.reach, kind);
    const auto peer = peer_of<width>(visit);
    if (auto* kept = group == nullptr ? nullptr : group->peers.find(visit.id)) {
        paused_ += std::uint32_t{peer.seen.is_paused()} - std::uint32_t{kept->seen.is_paused()};
        *kept = peer;
        return Entry::known;
    }
    const auto was = remove_from(own, visit.id);
    if (was == Is::nobody && !may_add()) return Entry::no_room;
    if (announce.event == Event::completed && announce.seeds && was != Is::seeder) ++completed_;
    if (group == nullptr) group = &own.emplace_back(Group<width>{visit.asker.reach, kind, {}});
    group->peers.add(peer);
    if (peer.seen.is_paused()) ++paused_;
    note_change<width>(was, kind, others, visit.id);
    return was == Is::nobody ? Entry::added : Entry::known;
}

}  // namespace mirrorseed::httpd::tracker
