#include "httpd/descriptors.hpp"

#include <algorithm>

namespace mirrorseed::httpd {
namespace {

// Standard streams, logs, what watches the catalogue, the keeper's sockets, and a file or two that is read
// when the config or a certificate is.
constexpr std::size_t always = 25;
// Its way to be woken, and what it waits with.
constexpr std::size_t of_loop = 2;

}  // namespace

DescriptorShares share_out(std::size_t limit, const DescriptorUse& use) {
    const auto taken = always + use.loops * (of_loop + use.addresses) + use.sources * (use.of_source + 1);
    DescriptorShares shares;
    shares.most = limit > taken + 2 ? limit - taken : 2;
    shares.for_files = std::max<std::size_t>(1, std::min(limit / 16, shares.most / 2));
    shares.cached = std::clamp<std::size_t>(shares.for_files / use.loops, 1, 16'384);
    return shares;
}

}  // namespace mirrorseed::httpd
