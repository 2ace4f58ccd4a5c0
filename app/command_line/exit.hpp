// How a command ends, for the shell that started it.
#pragma once

namespace mirrorseed::app {

enum class Exit : int { done = 0, failed = 1, usage = 2, needs_person = 3 };

}  // namespace mirrorseed::app
