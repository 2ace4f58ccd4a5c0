#include "sync/fetch_result.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mirrorseed::sync {

void FetchResult::add(FetchResult more) {
    const auto append = [](auto& to, auto& from) {
        std::move(from.begin(), from.end(), std::back_inserter(to));
    };
    append(same, more.same);
    append(changed, more.changed);
    append(gone, more.gone);
    append(closed, more.closed);
    append(missing, more.missing);
    append(quarantined, more.quarantined);
    append(refused, more.refused);
    append(badly_signed, more.badly_signed);
    append(withdrawn, more.withdrawn);
    transferred += more.transferred;
    delta += more.delta;
    sort();
}

void FetchResult::sort() {
    for (auto* places : {&same, &gone, &missing, &refused, &closed})
        std::sort(places->begin(), places->end());
    std::sort(quarantined.begin(), quarantined.end(),
              [](const LeftOut& one, const LeftOut& other) { return one.path < other.path; });
}

}  // namespace mirrorseed::sync
