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

#include <optional>
#include <string_view>
#include <vector>

namespace mirrorseed::sync {

struct ListedChecksum {
    RelPath path;  // from the root of the tree
    Checksum checksum;
    auto operator<=>(const ListedChecksum&) const = default;
};

constexpr std::size_t longest_checksum_list = 64 << 20;

// By path, then by kind; each once. An error when there is none at all or too much of it; Fault::unsafe_path
// when a name leads out of the list's folder; Fault::damaged when two lines contradict each other.
Result<std::vector<ListedChecksum>> parse_checksum_list(const RelPath& list, std::string_view text);

// By its name: SHA256SUMS and kin, *.sha256, *-CHECKSUM, sha256sum.txt, b2sums.txt, *.DIGESTS.
bool is_checksum_list(const RelPath& path);

// "x.iso" for the lists "x.iso.sha256", "x.iso.SHA256SUM" and "x.iso.md5.txt", which are about that one file;
// empty for those that have a name of their own.
std::string_view listed_name(const RelPath& list);

// The names under which a signature of it may stand beside it: .gpg, .sign, .asc, .sig.
std::vector<RelPath> signature_names(const RelPath& path);
// What a signature by this name would be of; nothing for other names.
std::optional<RelPath> signed_name(const RelPath& path);

}  // namespace mirrorseed::sync
