// Whether what a source found is what it would find now.
#pragma once

#include <functional>

namespace mirrorseed::httpd {

enum class Holds {
    yes,
    unsure,  // ask the source; most likely it finds the same
    no
};

// Tells from any thread and at once. Where there is none, what was found is for one answer alone.
using StillHolds = std::function<Holds()>;

}  // namespace mirrorseed::httpd
