#include "core/store/placements.hpp"

namespace mirrorseed {

Placements::Claim::Claim(Placements& placements, const Digest& digest)
    : placements_(placements), digest_(digest) {
    std::unique_lock lock(placements_.mutex_);
    placements_.released_.wait(lock, [&] { return placements_.claimed_.insert(digest_).second; });
}

Placements::Claim::~Claim() {
    const std::lock_guard lock(placements_.mutex_);
    placements_.claimed_.erase(digest_);
    placements_.released_.notify_all();
}

bool Placements::has(const Digest& digest) const {
    const std::lock_guard lock(mutex_);
    return placed_.contains(digest);
}

void Placements::add(const Digest& digest) {
    const std::lock_guard lock(mutex_);
    ++placed_[digest];
}

void Placements::remove(const Digest& digest) {
    const std::lock_guard lock(mutex_);
    const auto at = placed_.find(digest);
    if (at != placed_.end() && --at->second == 0) placed_.erase(at);
}

}  // namespace mirrorseed
