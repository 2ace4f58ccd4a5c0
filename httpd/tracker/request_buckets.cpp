#include "httpd/tracker/request_buckets.hpp"

#include <algorithm>

namespace mirrorseed::httpd::tracker {
namespace {

// A slot: 24 bits that tell clients of one slot apart, and a time in milliseconds.
constexpr unsigned time_bits = 40;
constexpr std::uint64_t time_mask = (std::uint64_t{1} << time_bits) - 1;

}  // namespace

bool RequestBuckets::take(std::uint64_t client, const BucketSize& size, Time now) noexcept {
    const auto tag = client & ~time_mask;
    const auto at = client % most;
    const auto ms = static_cast<std::uint64_t>(
                        std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch()).count()) &
                    time_mask;
    auto* slot = &owed_[at];
    auto owed = slot->load(std::memory_order_relaxed);
    if ((owed & ~time_mask) != tag) {
        auto* other = &owed_[at ^ 1];
        const auto owed_there = other->load(std::memory_order_relaxed);
        const bool is_there = (owed_there & ~time_mask) == tag;
        if (is_there || (owed_there & time_mask) < (owed & time_mask)) {
            slot = other;
            owed = owed_there;
        }
        if (!is_there) owed = tag;
    }
    const auto until = std::max(owed & time_mask, ms);
    const auto each = static_cast<std::uint64_t>(size.each.count());
    if (until - ms > each * (size.at_once - 1)) return false;
    slot->store(tag | ((until + each) & time_mask), std::memory_order_relaxed);
    return true;
}

}  // namespace mirrorseed::httpd::tracker
