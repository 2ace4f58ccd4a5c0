// How much a listing knows of a file's size and time, each for itself.
//
// A page that shows exact sizes may show times to the minute in whatever zone, and a
// signed index has a size and a digest for each file and no time at all.
#pragma once

#include "core/units.hpp"

#include <cstdint>
#include <optional>

namespace mirrorseed::sync {

// Of one fact.
enum class Sure : std::uint8_t {
    exact,  // where it is another, it is another file
    rough,  // rounded, or in another time zone
    none,   // not told; what stands there is a guess, for where nothing better comes
};

// How far a file's size may be from what a rough listing says. nginx shows one digit, so that 1.4 MiB are
// "1M" there; the others keep within a tenth.
constexpr Bytes size_doubt(Bytes listed) noexcept {
    Bytes unit = 1;
    while (unit <= listed >> 10)
        unit <<= 10;
    return listed / 10 + unit / 2 + 1024;
}

struct Sureness {
    static const Sureness exact, rough, none;  // of both alike

    Sure size = Sure::exact, time = Sure::exact;

    // Where nobody tells a digest, these two together tell one content from another.
    constexpr bool is_exact() const noexcept { return has_exact_size() && has_exact_time(); }
    constexpr bool has_exact_size() const noexcept { return size == Sure::exact; }
    constexpr bool has_exact_time() const noexcept { return time == Sure::exact; }

    // Both of them, however roughly: together they show most changes, though not all.
    constexpr bool is_told() const noexcept { return tells_size() && tells_time(); }
    constexpr bool tells_size() const noexcept { return size != Sure::none; }
    constexpr bool tells_time() const noexcept { return time != Sure::none; }

    // May a file that is so large be what is listed with that size?
    constexpr bool may_be_of_size(Bytes actual, Bytes listed) const noexcept {
        if (!tells_size()) return true;
        const auto apart = actual > listed ? actual - listed : listed - actual;
        return apart <= (has_exact_size() ? 0 : size_doubt(listed));
    }
    // How large what is listed with that size may be; nothing where the size is not told.
    constexpr std::optional<Bytes> most_bytes(Bytes listed) const noexcept {
        if (!tells_size()) return std::nullopt;
        return has_exact_size() ? listed : listed + size_doubt(listed);
    }

    constexpr bool operator==(const Sureness&) const = default;
};

inline constexpr Sureness Sureness::exact{Sure::exact, Sure::exact};
inline constexpr Sureness Sureness::rough{Sure::rough, Sure::rough};
inline constexpr Sureness Sureness::none{Sure::none, Sure::none};

}  // namespace mirrorseed::sync
