// How much a listing knows of a file's size and time.
#pragma once

#include <cstdint>

namespace mirrorseed::sync {

enum class Sureness : std::uint8_t {
    exact,  // another size or time is another file
    rough,  // rounded, or in another time zone: the size is right within a tenth and a KiB
    none,   // only the name is known
};

}  // namespace mirrorseed::sync
