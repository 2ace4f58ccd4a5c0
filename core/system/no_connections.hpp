// Takes from a process that serves strangers what it never needs: to connect to anything.
#pragma once

#include "core/result.hpp"

namespace mirrorseed {

// For good; of the calling thread and those that it starts. What it holds open goes on, and it may accept. So
// it reaches no socket of this machine either, whoever owns that. Nothing happens where the kernel has no
// seccomp.
Status forbid_connections();

}  // namespace mirrorseed
