// Which files are checksum lists, or signatures of such, as far as their names tell.
//
// Pure; what they say is read in sync/checksums/.
#pragma once

#include "core/rel_path.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace mirrorseed::sync {

// By its name: SHA256SUMS and kin, *.sha256, *-CHECKSUM, sha256sum.txt, b2sums.txt, *.DIGESTS.
bool is_checksum_list(const RelPath& path);

// "x.iso" for the lists "x.iso.sha256", "x.iso.SHA256SUM" and "x.iso.md5.txt", which are about that one file;
// empty for those that have a name of their own.
std::string_view listed_name(const RelPath& list);

// The names under which a signature of it may stand beside it: .gpg, .sign, .asc, .sig.
std::vector<RelPath> signature_names(const RelPath& path);
// What a signature by this name would be of; nothing for other names.
std::optional<RelPath> signed_name(const RelPath& path);

// A checksum list, or a signature of one.
bool is_of_a_checksum_set(const RelPath& path);

}  // namespace mirrorseed::sync
