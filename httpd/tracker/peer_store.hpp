// Peers of one kind in one swarm: an open-addressed table of what is known of each, and nothing beside it.
//
// A peer takes 12 bytes with an address of IPv4 and 24 with one of IPv6, of which the last six or eighteen
// are what other peers are told. A table is between 70 % and 87.5 % full once it has grown, so a peer costs
// at most 17.2 bytes, and 34.3. A peer's place comes from its id, which is a keyed hash: nobody aims at a
// place.
#pragma once

#include "httpd/tracker/announce.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>
#include <utility>

namespace mirrorseed::httpd::tracker {

// Minutes that wrap around, and whether a peer has paused.
class Stamp {
public:
    Stamp() = default;
    Stamp(Time now, bool paused) noexcept
        : bits_(static_cast<std::uint16_t>(minute_of(now) | (paused ? paused_bit : 0U))) {}

    bool is_paused() const noexcept { return (bits_ & paused_bit) != 0; }
    std::chrono::minutes age(Time now) const noexcept {
        return std::chrono::minutes((minute_of(now) - bits_) & minute_bits);
    }

private:
    static constexpr unsigned minute_bits = 0x7fff, paused_bit = 0x8000;
    static unsigned minute_of(Time now) noexcept {
        const auto minutes = std::chrono::floor<std::chrono::minutes>(now.time_since_epoch()).count();
        return static_cast<unsigned>(minutes) & minute_bits;
    }
    std::uint16_t bits_ = 0;
};

template <std::size_t address_size>
struct KeptPeer {
    static constexpr std::size_t compact_size = address_size + 2;
    using Compact = std::array<std::uint8_t, compact_size>;  // address and port, as they go over the wire

    std::uint32_t id = 0;
    Stamp seen{};
    Compact compact{};

    bool is_none() const noexcept { return compact[address_size] == 0 && compact[address_size + 1] == 0; }
};
static_assert(sizeof(KeptPeer<4>) == 12 && sizeof(KeptPeer<16>) == 24);

template <std::size_t address_size>
class PeerStore {
public:
    using Peer = KeptPeer<address_size>;
    // Whom a sample leaves out: whoever asks, by its id or by its place.
    struct Except {
        std::uint32_t id = 0;
        typename Peer::Compact compact{};
        // Of a size that is known here, which takes no call; comparing the arrays would.
        bool is(const Peer& peer) const noexcept {
            return peer.id == id || std::memcmp(peer.compact.data(), compact.data(), Peer::compact_size) == 0;
        }
    };

    std::uint32_t size() const noexcept { return count_; }
    std::uint32_t capacity() const noexcept { return capacity_; }

    Peer* find(std::uint32_t id) noexcept {
        if (count_ == 0) return nullptr;
        for (auto at = home(id); !slots_[at].is_none(); at = next(at))
            if (slots_[at].id == id) return &slots_[at];
        return nullptr;
    }
    // There is none of its id.
    void add(const Peer& peer) {
        if (count_ + 1 > most_in(capacity_)) resize(grown(capacity_));
        put(peer);
        ++count_;
    }
    void remove(const Peer* peer) noexcept { remove_at(static_cast<std::uint32_t>(peer - slots_.get())); }

    // Up to `wanted` of them, in compact form, from places that chance chooses; tells how many. All of them
    // when there are no more than that.
    std::uint32_t sample(std::uint64_t random, std::uint32_t wanted, const Except& except,
                         std::uint8_t* to) const noexcept {
        if (count_ == 0 || wanted == 0) return 0;
        if (count_ < 4 * wanted) return run({0, capacity_}, random, wanted, except, to);
        // Four runs, so that those who are neighbours here are not always told together.
        std::uint32_t taken = 0;
        for (std::uint32_t part = 0; part < 4; ++part) {
            const Stretch quarter{part_of(part), part_of(part + 1)};
            const auto share = (wanted - taken + 3 - part) / (4 - part);
            taken += run(quarter, std::rotr(random, static_cast<int>(part) * 16), share, except,
                         to + taken * Peer::compact_size);
        }
        return taken;
    }

    // Looks at `slots` of them from `from` on, and takes out whom `is_gone`; answers where it stopped.
    template <class IsGone>
    std::uint32_t sweep(std::uint32_t from, std::uint32_t slots, const IsGone& is_gone) {
        const auto end = std::min<std::uint64_t>(capacity_, std::uint64_t{from} + slots);
        auto at = from;
        while (at < end) {
            if (!slots_[at].is_none() && is_gone(std::as_const(slots_[at])))
                remove_at(at);  // which brings another one here
            else
                ++at;
        }
        return at;
    }
    void give_back_room() {
        if (count_ == 0)
            *this = PeerStore();
        else if (capacity_ > smallest && count_ < capacity_ / 2)
            resize(std::max(smallest, count_ + count_ / 4 + 1));
    }

private:
    struct Stretch {
        std::uint32_t begin, end;
    };
    static constexpr std::uint32_t smallest = 4;
    // One slot is always free, at which a search ends.
    static constexpr std::uint32_t most_in(std::uint32_t capacity) noexcept {
        return capacity == 0 ? 0 : capacity - capacity / 8 - 1;
    }
    static constexpr std::uint32_t grown(std::uint32_t capacity) noexcept {
        return std::max(smallest, capacity + capacity / 4 + 1);
    }
    std::uint32_t home(std::uint32_t id) const noexcept {
        return static_cast<std::uint32_t>((std::uint64_t{id} * capacity_) >> 32);
    }
    std::uint32_t next(std::uint32_t at) const noexcept { return at + 1 == capacity_ ? 0 : at + 1; }
    std::uint32_t part_of(std::uint32_t part) const noexcept {
        return static_cast<std::uint32_t>(std::uint64_t{capacity_} * part / 4);
    }

    void put(const Peer& peer) noexcept {
        auto at = home(peer.id);
        while (!slots_[at].is_none())
            at = next(at);
        slots_[at] = peer;
    }
    void resize(std::uint32_t capacity) {
        const auto old = std::move(slots_);
        const auto old_capacity = std::exchange(capacity_, capacity);
        slots_ = std::make_unique<Peer[]>(capacity);
        for (std::uint32_t at = 0; at < old_capacity; ++at)
            if (!old[at].is_none()) put(old[at]);
    }
    // Those that come behind it move up, where that is nearer to their places.
    void remove_at(std::uint32_t hole) noexcept {
        const auto distance = [this](std::uint32_t from, std::uint32_t to) {
            return to >= from ? to - from : to + capacity_ - from;
        };
        for (auto at = next(hole); !slots_[at].is_none(); at = next(at)) {
            if (distance(home(slots_[at].id), at) < distance(hole, at)) continue;
            slots_[hole] = slots_[at];
            hole = at;
        }
        slots_[hole] = Peer();
        --count_;
    }
    // Round a stretch once, from anywhere in it.
    std::uint32_t run(Stretch stretch, std::uint64_t random, std::uint32_t wanted, const Except& except,
                      std::uint8_t* to) const noexcept {
        const auto length = stretch.end - stretch.begin;
        auto at = stretch.begin + static_cast<std::uint32_t>(((random & 0xffffffff) * length) >> 32);
        std::uint32_t taken = 0;
        for (std::uint32_t looked = 0; looked < length && taken < wanted; ++looked) {
            const auto& peer = slots_[at];
            if (!peer.is_none() && !except.is(peer))
                std::memcpy(to + Peer::compact_size * taken++, peer.compact.data(), Peer::compact_size);
            if (++at == stretch.end) at = stretch.begin;
        }
        return taken;
    }

    std::unique_ptr<Peer[]> slots_;
    std::uint32_t capacity_ = 0, count_ = 0;
};

}  // namespace mirrorseed::httpd::tracker
