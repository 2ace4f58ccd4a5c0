// Whether the store's disk has room for what a run is about to write.
#pragma once

#include "core/store/store.hpp"

#include <string_view>

namespace mirrorseed::sync {

// `min_free` stays free. The words tell what would be done with the bytes, and what was not done. `others`:
// what is to come meanwhile.
Status enough_room(const Store& store, Bytes bytes, Bytes min_free, std::string_view to_be,
                   std::string_view nothing_was, Bytes others = 0);

}  // namespace mirrorseed::sync
