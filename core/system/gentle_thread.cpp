#include "core/system/gentle_thread.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace mirrorseed {
namespace {

// <linux/ioprio.h> is missing in older headers.
constexpr int of_thread = 1;
constexpr int idle_class = 3 << 13;

}  // namespace

// On Linux both are a thread's own, and go on to what it starts.
void go_gently(int nice) {
    const auto thread = static_cast<id_t>(::syscall(SYS_gettid));
    (void)::setpriority(PRIO_PROCESS, thread, nice);
    (void)::syscall(SYS_ioprio_set, of_thread, 0, idle_class);
}

}  // namespace mirrorseed
