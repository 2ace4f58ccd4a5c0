// How much of something one client may do, for any number of clients in memory of one size.
//
// Each is remembered by what it still owes; who owes nothing needs no memory. Where more owe something than
// there is room for, those who owe least are forgotten. Safe from any thread; two threads that ask for one
// client at the same moment may both be let through.
#pragma once

#include "httpd/tracker/announce.hpp"

#include <array>
#include <atomic>
#include <cstdint>

namespace mirrorseed::httpd::tracker {

struct BucketSize {
    std::chrono::milliseconds each;  // one may be done in this time
    unsigned at_once;                // and so many of them together, by who did nothing for a while
};

class RequestBuckets {
public:
    // True when one more may be done, which then is counted. `client`: a keyed hash of it.
    bool take(std::uint64_t client, const BucketSize& size, Time now) noexcept;

private:
    static constexpr std::size_t most = 65'536;
    std::array<std::atomic<std::uint64_t>, most> owed_{};  // until when, and by whom
};

}  // namespace mirrorseed::httpd::tracker
