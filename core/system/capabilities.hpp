// The kernel's capabilities(7): what a process may do beyond the modes of files.
#pragma once

#include "core/result.hpp"

namespace mirrorseed {

// For good, also for programs that it starts. Of the calling thread and those that it starts: while there is
// no other thread.
Status give_up_capabilities();

}  // namespace mirrorseed
