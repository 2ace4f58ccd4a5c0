#include "sync/generation/blob_dress.hpp"

#include <algorithm>

namespace mirrorseed::sync {

bool is_open(const Dress& dress) noexcept {
    return readable_by_all(EntryKind::file, dress.mode);
}

bool is_for_readers(const std::vector<DressWish>& wishes, bool is_in_release) noexcept {
    return is_in_release ||
           std::any_of(wishes.begin(), wishes.end(), [](const auto& wish) { return wish.is_readable; });
}

Dress choose_dress(const Dress& now, const std::vector<DressWish>& wishes, bool is_in_release) {
    const bool must_be_open = is_for_readers(wishes, is_in_release);
    const auto counts = [&](const DressWish& wish) {
        return wish.is_shown && (wish.is_readable || !must_be_open);
    };
    const DressWish* most = nullptr;
    for (const auto& wish : wishes) {
        if (!counts(wish)) continue;
        if (wish.dress == now) return now;
        if (most == nullptr || wish.names > most->names) most = &wish;
    }
    if (most != nullptr) return most->dress;
    if (!must_be_open || is_open(now)) return now;
    // No checkout shows a name that may be read.
    const auto readable =
        std::find_if(wishes.begin(), wishes.end(), [](const auto& wish) { return wish.is_readable; });
    return {readable != wishes.end() ? readable->dress.mode : now.mode | 0444U, now.mtime};
}

std::uint64_t copies_to_make(const Dress& now, const Dress& next, const std::vector<DressWish>& wishes) {
    std::uint64_t copies = 0;
    for (const auto& wish : wishes)
        if (wish.is_shown && wish.dress != next) copies += wish.dress == now ? wish.names : wish.to_place;
    return copies;
}

}  // namespace mirrorseed::sync
