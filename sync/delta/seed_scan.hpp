// Looks for blocks of a wanted content in a seed: a file that we have and that may be much the same.
#pragma once

#include "core/progress.hpp"
#include "core/result.hpp"
#include "core/system/folder.hpp"
#include "sync/delta/copies.hpp"

#include <memory>
#include <string_view>

extern "C" {
struct rs_signature;
}

namespace mirrorseed::sync {

// The block sums of a wanted content, to be looked up; for one thread at a time.
class BlockIndex {
public:
    // What BlockSums::parse let through.
    static Result<BlockIndex> of(std::string_view signature);

    // Reads the seed from `begin` to `end`, and tells of what is found. The scan ends early, and without an
    // error, where of the first `patience` bytes next to nothing is found.
    Status scan(const Descriptor& seed, Bytes begin, Bytes end, Bytes patience,
                const CopyReader::Found& found, Progress& progress) const;

private:
    struct Free {
        void operator()(rs_signature* sums) const;
    };
    explicit BlockIndex(rs_signature* sums) : sums_(sums) {}
    std::unique_ptr<rs_signature, Free> sums_;
};

}  // namespace mirrorseed::sync
