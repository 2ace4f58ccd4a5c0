// How much may be kept of what came because somebody asked for it. Pure.
//
// Only gc lets go, for it alone has the store for itself; until then there may be a quarter more.
#pragma once

#include "core/store/catalogue_on_demand.hpp"

#include <vector>

namespace mirrorseed::sync {

// Of those that are kept, who was used last being last: which go, where there is more than the budget. Some
// room is made too, so that it is not made for each that comes.
std::vector<Digest> let_go_of(const std::vector<KeptOnDemand>& kept, Bytes budget);

enum class OnDemandRoom { enough, gc_is_wanted, none };
// For one more of that size.
OnDemandRoom room_for(Bytes size, const std::vector<KeptOnDemand>& kept, Bytes budget);

}  // namespace mirrorseed::sync
