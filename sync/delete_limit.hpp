// How much may go in one sync before a person is asked.
#pragma once

#include <cstdint>

namespace mirrorseed::sync {

struct DeleteLimit {
    bool is_share = true;     // of the tree's files, or of its bytes; otherwise a count of files
    double percent = 10;      // of a share
    std::uint64_t count = 0;  // otherwise

    bool operator==(const DeleteLimit&) const = default;
};

}  // namespace mirrorseed::sync
