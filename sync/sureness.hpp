// How much a listing knows of a file's size and time.
#pragma once

#include "core/units.hpp"

#include <cstdint>

namespace mirrorseed::sync {

enum class Sureness : std::uint8_t {
    exact,  // another size or time is another file
    rough,  // rounded, or in another time zone
    none,   // only the name is known
};

// How far a file's size may be from what a rough listing says. nginx shows one digit, so that 1.4 MiB are
// "1M" there; the others keep within a tenth.
constexpr Bytes size_doubt(Bytes listed) noexcept {
    Bytes unit = 1;
    while (unit <= listed >> 10)
        unit <<= 10;
    return listed / 10 + unit / 2 + 1024;
}

}  // namespace mirrorseed::sync
