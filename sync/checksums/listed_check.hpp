// Checksums that are no SHA-256, of a file that is coming: its lists may tell an MD5 or a SHA-512 alone.
#pragma once

#include "sync/checksums/checksum_sets.hpp"
#include "sync/fetcher.hpp"

#include <memory>
#include <mutex>
#include <vector>

namespace mirrorseed::sync {

// What files turned out to be of which a list says something that does not decide.
class Seen {
public:
    // Called by any thread.
    void add(const RelPath& path, const Checksum& is);
    void tell(ChecksumSets& sets) const;

private:
    mutable std::mutex mutex_;
    std::vector<ListedChecksum> seen_;
};

// Nothing where the lists tell only what the fetcher knows anyway: a SHA-256, or nothing at all. `seen`
// outlives it.
std::unique_ptr<ContentCheck> check_by_lists(const ChecksumSets& sets, const RelPath& path, Seen& seen);

}  // namespace mirrorseed::sync
