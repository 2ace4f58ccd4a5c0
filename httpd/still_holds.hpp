// Whether what a source found is what it would find now.
#pragma once

#include <functional>
#include <utility>

namespace mirrorseed::httpd {

enum class Holds {
    yes,
    unsure,  // ask the source; most likely it finds the same
    no
};

// Tells from any thread and at once. Where there is none, what was found is for one answer alone.
using StillHolds = std::function<Holds()>;

// What holds while both do; neither is empty.
inline StillHolds both(StillHolds one, StillHolds other) {
    return [one = std::move(one), other = std::move(other)] {
        const auto first = one();
        const auto second = first == Holds::no ? Holds::no : other();
        return second == Holds::yes ? first : second;
    };
}

}  // namespace mirrorseed::httpd
