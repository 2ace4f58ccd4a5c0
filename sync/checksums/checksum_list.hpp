// Lists of checksums that stand beside the files that they are of: SHA256SUMS, x.iso.sha256, CHECKSUM.
//
// Pure. Understood are the lines of GNU's md5sum and kin ("HEX  name", "HEX *name", and with a backslash in
// front when the name is escaped), of BSD ("SHA256 (name) = HEX") and of openssl ("SHA2-256(name)= HEX"),
// mixed as they come, and a hash that stands alone in a file that is named after another. Everything else is
// passed over, comments and the armour of a signature among it: of a list that is trusted for its signature,
// only the text that was signed may come here.
#pragma once

#include "core/checksum.hpp"
#include "core/rel_path.hpp"
#include "core/result.hpp"
#include "sync/checksum_names.hpp"

#include <string_view>
#include <vector>

namespace mirrorseed::sync {

struct ListedChecksum {
    RelPath path;  // from the root of the tree
    Checksum checksum;
    auto operator<=>(const ListedChecksum&) const = default;
};

constexpr std::size_t longest_checksum_list = 64 << 20;

// By path, then by kind; each once. Of a file that it names twice with different checksums it says nothing.
// Fault::not_found when it names no checksum at all; another error when there is too much of it, or a name
// leads out of the list's folder (Fault::unsafe_path).
Result<std::vector<ListedChecksum>> parse_checksum_list(const RelPath& list, std::string_view text);

}  // namespace mirrorseed::sync
