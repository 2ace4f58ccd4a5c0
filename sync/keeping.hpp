// How a tree's generations are kept and shown, and who is told of them.
#pragma once

#include "core/store/catalogue_owed.hpp"

#include <chrono>
#include <vector>

namespace mirrorseed::sync {

struct Keeping {
    unsigned generations = 3;                  // with their bytes
    std::chrono::seconds history{30 * 86400};  // what changed, without bytes
    std::chrono::seconds grace{86400};         // how long what was dropped keeps its bytes
    bool checkout = true;
    std::vector<Telling> telling{};  // what each new generation owes
};

}  // namespace mirrorseed::sync
