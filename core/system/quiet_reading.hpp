// Reading a file for the sake of its bytes alone: what was not in memory before is not there afterwards, and
// what was stays. Who reads terabytes so takes nobody's cache.
#pragma once

#include "core/byte_span.hpp"
#include "core/result.hpp"
#include "core/system/folder.hpp"

#include <functional>
#include <string>

namespace mirrorseed {

// All of it, in large pieces. `seen` may stop the reading by answering an error.
Status read_quietly(const Descriptor& file, const std::string& name,
                    const std::function<Status(ByteSpan)>& seen);

}  // namespace mirrorseed
