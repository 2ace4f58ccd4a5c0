// A file that a list beside it contradicts, where the list does not decide: does it wait, must its bytes be
// seen to come once more, or is it the tree's all the same?
//
// Pure. What the upstream has is what a mirror shows, unless the upstream is in the middle of a change (then
// the file and the list wait), or the transfer did it (then other bytes come the second time).
#pragma once

#include "core/clock.hpp"

#include <string>

namespace mirrorseed::sync {

struct Contradicted {
    UnixTime file_changed = 0, list_changed = 0;  // as the upstream dates them
    bool is_shown = false;                        // both are in the published generation as they are now
    bool is_sure = false;                         // its bytes came twice, or by a protocol that checks them
};

enum class DoubtFate {
    waits,
    comes_again,
    is_told,  // it is published, with a warning
};

// Nobody knows the age of what is dated further in the future than a clock is wrong.
DoubtFate fate_of(const Contradicted& doubt, UnixTime now);

}  // namespace mirrorseed::sync
