#include "app/keeper/turn_rules.hpp"

#include <algorithm>
#include <tuple>

namespace mirrorseed::app {
namespace {

bool is_of_one_tree(const TurnWish& wish) {
    return wish.work == Work::syncs || wish.work == Work::operates;
}

bool brings_any(const TurnWish& wish) {
    return wish.work == Work::brings || wish.work == Work::brings_much;
}

// Operators' jobs are short, and wait for each other.
bool exclude_each_other(const TurnWish& a, const TurnWish& b) {
    const auto adds_alone = [](const TurnWish& wish) { return is_of_one_tree(wish) || brings_any(wish); };
    for (const auto& [one, other] : {std::tie(a, b), std::tie(b, a)}) {
        if (one.work == Work::scrubs && adds_alone(other)) return false;
        if (brings_any(one) && (adds_alone(other) || other.work == Work::verifies)) return false;
    }
    if (!is_of_one_tree(a) || !is_of_one_tree(b)) return true;
    return a.tree == b.tree || (a.work == Work::operates && b.work == Work::operates);
}

// What others give way to goes first, or they would do so again and again.
int rank_of(Work work) {
    switch (work) {
        case Work::operates:
        case Work::withdraws:
        case Work::forgets:
            return 0;
        case Work::brings:
            return 1;
        case Work::collects:
            return 2;
        case Work::scrubs:
            return 4;
        default:
            return 3;
    }
}

// A connection for each of them, where others may sync from it already.
bool has_room_at(const HostWish& wanted, const std::vector<TurnWish>& others) {
    auto connections = wanted.connections;
    std::size_t guests = 0;
    for (const auto& other : others) {
        const auto at = std::find_if(other.hosts.begin(), other.hosts.end(),
                                     [&](const HostWish& host) { return host.host == wanted.host; });
        if (at == other.hosts.end()) continue;
        ++guests;
        connections = std::max(connections, at->connections);
    }
    return guests < std::max<std::size_t>(1, connections);
}

bool have_room(const TurnWish& wish, const std::vector<TurnWish>& others) {
    return std::all_of(wish.hosts.begin(), wish.hosts.end(),
                       [&](const HostWish& host) { return has_room_at(host, others); });
}

bool excludes_any(const TurnWish& wish, const std::vector<TurnWish>& others) {
    return std::any_of(others.begin(), others.end(),
                       [&](const auto& other) { return exclude_each_other(wish, other); });
}

}  // namespace

Yield yield_of(const TurnWish& running, const TurnWish& waiting) {
    if (!exclude_each_other(running, waiting) || rank_of(running.work) <= rank_of(waiting.work))
        return Yield::no;
    const bool is_overruled = running.work == Work::syncs && waiting.work == Work::operates;
    return is_overruled ? Yield::for_good : Yield::for_now;
}

std::vector<TurnWish> may_begin(const std::vector<TurnWish>& running, std::vector<TurnWish> waiting,
                                std::size_t most_syncs) {
    std::stable_sort(waiting.begin(), waiting.end(), [](const auto& a, const auto& b) {
        return std::make_tuple(rank_of(a.work), a.job) < std::make_tuple(rank_of(b.work), b.job);
    });
    auto busy = running;  // and who is before
    auto syncs = static_cast<std::size_t>(
        std::count_if(running.begin(), running.end(), [](const auto& it) { return it.work == Work::syncs; }));
    std::vector<TurnWish> begin;
    for (auto& wish : waiting) {
        const bool has_room = wish.work != Work::syncs || (syncs < most_syncs && have_room(wish, busy));
        if (has_room && !excludes_any(wish, busy)) {
            if (wish.work == Work::syncs) ++syncs;
            begin.push_back(wish);
        }
        busy.push_back(std::move(wish));
    }
    return begin;
}

}  // namespace mirrorseed::app
