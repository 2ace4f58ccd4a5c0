#include "httpd/debts.hpp"

#include <algorithm>

namespace mirrorseed::httpd {

bool Debts::make_room(Pace::Time for_one_until, Pace::Time now) {
    if (until_.size() < most_) return true;
    std::erase_if(until_, [&](const auto& debt) { return debt.second <= now; });
    if (until_.size() < most_) return true;
    const auto smallest = std::min_element(until_.begin(), until_.end(),
                                           [](const auto& a, const auto& b) { return a.second < b.second; });
    if (smallest == until_.end() || smallest->second >= for_one_until) return false;
    until_.erase(smallest);
    return true;
}

void Debts::remember(const PeerAddress& client, Pace::Time until, Pace::Time now) {
    if (until <= now) return;
    if (const auto known = until_.find(client); known != until_.end()) {
        known->second = std::max(known->second, now) + (until - now);
        return;
    }
    if (make_room(until, now)) until_.emplace(client, until);
}

Pace::Time Debts::take(const PeerAddress& client) {
    const auto known = until_.find(client);
    if (known == until_.end()) return {};
    const auto until = known->second;
    until_.erase(known);
    return until;
}

}  // namespace mirrorseed::httpd
