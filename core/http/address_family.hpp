// Which of a name's addresses are used, and in which order.
#pragma once

namespace mirrorseed {

enum class AddressFamily { any, ipv4_first, ipv6_first, ipv4_only, ipv6_only };

}  // namespace mirrorseed
