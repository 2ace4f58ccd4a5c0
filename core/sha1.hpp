// SHA-1: what BitTorrent v1 and the web's old digests name things by. Proof against accidents, not against
// people.
#pragma once

#include "core/digest.hpp"

namespace mirrorseed {

using Sha1Hash = HashValue<ChecksumKind::sha1>;
using Sha1 = StreamHash<ChecksumKind::sha1>;

}  // namespace mirrorseed
