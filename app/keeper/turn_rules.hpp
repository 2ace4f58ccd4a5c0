// Which jobs of one store run beside each other, and who gives way to whom?
//
// Pure. What an operator asks for begins at once: a sync of the tree that it touches ends, and has no say any
// more; what needs the store for itself and can wait stops, and goes on later from what it kept. Syncs of
// different trees run side by side. Nobody else waits for less than those before him.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace mirrorseed::app {

enum class Work {
    syncs,        // one tree: sync and adopt
    operates,     // on one tree, in a short time: rollback, approve
    withdraws,    // from all trees
    forgets,      // a tree whose contents other trees may have
    brings,       // one file that somebody waits for
    brings_much,  // one that takes its time
    collects,     // gc
    verifies,
    scrubs,  // reads what is stored, and changes nothing of it
};

// Those who sync from one host share its connections (sync/host_places.hpp), one each at least.
struct HostWish {
    std::string host;
    std::size_t connections = 1;
};

struct TurnWish {
    std::uint64_t job = 0;  // they are numbered as they were asked for
    Work work = Work::syncs;
    std::string tree{};             // where it is of one
    std::vector<HostWish> hosts{};  // that a sync may ask
};

enum class Yield {
    no,
    for_now,   // stops, and goes on when the other is done
    for_good,  // the other has the last word
};

// Does `running` make room for `waiting`?
Yield yield_of(const TurnWish& running, const TurnWish& waiting);

// The jobs among `waiting` that may begin beside those that run. One job may have several wishes, of
// different trees.
std::vector<TurnWish> may_begin(const std::vector<TurnWish>& running, std::vector<TurnWish> waiting,
                                std::size_t most_syncs);

}  // namespace mirrorseed::app
