// One file that a tree does not hold, brought because somebody asked for it.
//
// Only what the published metadata names, with its digest; the upstreams are asked in their order. The tree
// stays as it is: the content is kept beside it, within a budget.
#pragma once

#include "core/clock.hpp"
#include "core/store/store.hpp"
#include "core/system/folder.hpp"
#include "sync/wish.hpp"

#include <functional>

namespace mirrorseed::sync {

// Where files are until they are kept, below the store's staging folder; no tree has such a name, and gc,
// beside which nothing is brought, takes away what a crash left there.
inline constexpr const char* on_demand_staging = ".on-demand";

struct WantedOnDemand {
    RelPath path;
    Digest content;  // that the published metadata names there, or nothing is brought
};

struct BroughtOnDemand {
    Bytes transferred = 0;
    bool is_full = false;            // then nothing came: gc must make room first
    bool wants_gc = false;           // for there is more than the budget now
    bool is_what_was_shown = false;  // the file that was shown last is the one that is kept
};

// What is larger is shown while it comes, for readers would wait too long for all of it.
inline constexpr Bytes largest_waited_for = Bytes{64} << 20;

struct OnDemandTerms {
    Bytes budget = 0;
    // Where it lies until it is kept; nobody else's at the same time. What is stopped goes on from there.
    std::string place{};
    // The file that its bytes go to from now on, to be read. Where another is shown, it begins anew there.
    std::function<void(Descriptor part)> shown{};
};

// It is no matter of a moment, and is to give way to what others wait for.
bool takes_long(Store& store, const std::string& tree, const WantedOnDemand& wanted);

// Fault::not_found where no metadata names it, or no upstream has it; Fault::refused where it may not come.
Result<BroughtOnDemand> bring_on_demand(Store& store, const Wish& wish, const WantedOnDemand& wanted,
                                        const OnDemandTerms& terms, const Clock& clock, Progress& progress);

}  // namespace mirrorseed::sync
