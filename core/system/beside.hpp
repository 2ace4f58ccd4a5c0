// Work for two at once: somebody sees bytes go by in a thread of its own while they are written, or hashed,
// here.
//
// Of a file that is already on this machine all hashes take longer than its copy; over a network nobody waits
// for them.
#pragma once

#include "core/byte_span.hpp"

#include <functional>
#include <span>

namespace mirrorseed {

// When it returns all have seen the bytes, and `meanwhile` is done. A thread is begun only for so many bytes
// that its beginning does not tell.
void beside(std::span<ByteObserver* const> observers, ByteSpan bytes, const std::function<void()>& meanwhile);

}  // namespace mirrorseed
