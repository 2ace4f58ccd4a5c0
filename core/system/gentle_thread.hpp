// Work that others go before: on the processor, and on the disk.
#pragma once

namespace mirrorseed {

// From now on this thread, the threads and programs that it starts, and nothing else of the process. `nice`
// is from -20 to 19; what may not be had is left as it is.
void go_gently(int nice);

}  // namespace mirrorseed
