#pragma once

#include <cstddef>

namespace mirrorseed {

// As far up as it may go. How many descriptors this process may have open then.
std::size_t raise_descriptor_limit();

}  // namespace mirrorseed
