#include "core/store/generation_times.hpp"

#include <algorithm>

namespace mirrorseed {

std::vector<std::optional<UnixTime>> reckoned_times(const std::vector<GenerationRow>& rows, UnixTime now) {
    std::vector<std::optional<UnixTime>> times(rows.size());
    std::optional<UnixTime> last;
    for (auto i = rows.size(); i-- > 0;) {
        const auto published = rows[i].published;
        if (published <= now) last = std::max(last.value_or(published), published);
        times[i] = last;
    }
    return times;
}

}  // namespace mirrorseed
