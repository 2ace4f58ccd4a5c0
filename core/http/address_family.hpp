// Which of a name's addresses are used, and in which order.
#pragma once

namespace mirrorseed {

// The config has words for the first three.
enum class AddressFamily { any, ipv4_only, ipv6_only, ipv4_first, ipv6_first };

}  // namespace mirrorseed
