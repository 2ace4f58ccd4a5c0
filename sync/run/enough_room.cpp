#include "sync/run/enough_room.hpp"

#include <fmt/format.h>

namespace mirrorseed::sync {

Status enough_room(const Store& store, Bytes bytes, Bytes min_free, std::string_view to_be,
                   std::string_view nothing_was) {
    const auto space = space_at(store.places().store);
    if (!space) return space.error();
    if (space->free >= bytes && space->free - bytes >= min_free) return {};
    return Error(Fault::no_space,
                 fmt::format("not enough space in {}: {} are to be {}, {} are free and min_free is {}; "
                             "nothing was {}",
                             store.places().store, format_size(bytes), to_be, format_size(space->free),
                             format_size(min_free), nothing_was));
}

}  // namespace mirrorseed::sync
