// Takes from a process that serves strangers what it never needs: to connect to anything, and to reach into
// other processes.
#pragma once

#include "core/result.hpp"

namespace mirrorseed {

// Both for good; of the calling thread and those that it starts. What it holds open goes on, and it may
// accept. So it reaches no socket of this machine either, whoever owns that. Nothing happens where the kernel
// has no seccomp. Datagrams it may send, for a socket that hears some answers by it. Meddling is forbidden as
// well.
Status forbid_connections();
// With the memory and the descriptors of other processes of the same user.
Status forbid_meddling();

}  // namespace mirrorseed
