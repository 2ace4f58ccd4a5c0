#include "sync/run/enough_room.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mirrorseed::sync {

Status enough_room(const Store& store, Bytes bytes, Bytes min_free, std::string_view to_be,
                   std::string_view nothing_was, Bytes others) {
    const auto space = space_at(store.places().store);
    if (!space) return space.error();
    const auto free = space->free - std::min(space->free, others);
    if (free >= bytes && free - bytes >= min_free) return {};
    const auto beside =
        others == 0 ? "" : fmt::format("; {} are to come by other syncs", format_size(others));
    return Error(Fault::no_space,
                 fmt::format("not enough space in {}: {} are to be {}, {} are free and min_free is {}{}; "
                             "nothing was {}",
                             store.places().store, format_size(bytes), to_be, format_size(space->free),
                             format_size(min_free), beside, nothing_was));
}

}  // namespace mirrorseed::sync
