// A metalink among the upstreams becomes the mirrors that it names, before a run.
#pragma once

#include "core/progress.hpp"
#include "sync/wish.hpp"

namespace mirrorseed::sync {

// The wish with mirrors in the place of each metalink, the best first. One that cannot be read stays, and why
// is told (Metalinks::unread).
//
// It is believed by https, or as a file of this machine's. A mirror that a web server's metalink names is
// asked by http or https alone, without a password, and only where it lies in the internet, unless addresses
// inside are allowed: what it gives is held against what the metalink says.
Wish with_mirrors(const Wish& wish, Progress& progress);

}  // namespace mirrorseed::sync
