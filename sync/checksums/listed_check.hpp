// A checksum that is no SHA-256, of a file that is coming: its lists may tell an MD5 or a SHA-512 alone.
#pragma once

#include "sync/checksums/checksum_sets.hpp"
#include "sync/fetcher.hpp"

#include <memory>

namespace mirrorseed::sync {

// Nothing where the lists tell only what the fetcher knows anyway: a SHA-256, or nothing at all.
std::unique_ptr<ContentCheck> check_by_lists(const ChecksumSets& sets, const RelPath& path);

}  // namespace mirrorseed::sync
