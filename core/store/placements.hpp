// Contents that have their place in the blob store and no row yet, of everybody in this process who stores
// some.
//
// Two may bring the same content at once. The second one keeps what the first has placed, and whichever
// commits first writes its row; neither replaces what the other is about to name.
#pragma once

#include "core/digest.hpp"

#include <condition_variable>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

namespace mirrorseed {

class Placements {
public:
    // As long as it lives nobody else places the content.
    class Claim {
    public:
        Claim(Placements& placements, const Digest& digest);
        ~Claim();
        Claim(const Claim&) = delete;
        Claim& operator=(const Claim&) = delete;

    private:
        Placements& placements_;
        Digest digest_;
    };

    bool has(const Digest& digest) const;
    void add(const Digest& digest);
    void remove(const Digest& digest);  // once for each time that it was added

private:
    mutable std::mutex mutex_;
    std::condition_variable released_;
    std::unordered_set<Digest> claimed_;
    std::unordered_map<Digest, unsigned> placed_;
};

}  // namespace mirrorseed
