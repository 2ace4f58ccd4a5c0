// How a tree's generations are kept and shown.
#pragma once

#include <chrono>

namespace mirrorseed::sync {

struct Keeping {
    unsigned generations = 3;                  // with their bytes
    std::chrono::seconds history{30 * 86400};  // what changed, without bytes
    std::chrono::seconds grace{86400};         // how long what was dropped keeps its bytes
    bool checkout = true;
};

}  // namespace mirrorseed::sync
