#include "app/release/release_retention.hpp"

#include "core/version_order.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace mirrorseed::app {
namespace {

bool is_newer(const Release* a, const Release* b) {
    const auto order = compare_versions(a->path.str(), b->path.str());
    if (order != std::strong_ordering::equal) return order > 0;
    return std::pair(a->published, a->id) > std::pair(b->published, b->id);
}

constexpr UnixTime second_look = 86400;

Outliving judge(const Release& release, bool is_one_too_many, UnixTime now) {
    Outliving judged{.release = release.id,
                     .goes = is_one_too_many,
                     .gone = std::min(*release.gone, now),
                     .over = std::nullopt};
    if (now - *judged.gone < release.keep.count()) return judged;
    judged.over = release.over && *release.over <= now ? *release.over : now;
    // Who keeps nothing for long need not be asked twice.
    const auto patience = std::min<UnixTime>(second_look, release.keep.count());
    if (now - *judged.over >= patience) judged.goes = true;
    return judged;
}

}  // namespace

std::vector<Outliving> outliving(const std::vector<Release>& releases, UnixTime now) {
    std::map<std::pair<std::string, std::string>, std::vector<const Release*>> former;
    for (const auto& release : releases)
        if (release.gone) former[{release.rule, release.thing}].push_back(&release);
    std::vector<Outliving> changed;
    for (auto& [thing, versions] : former) {
        std::sort(versions.begin(), versions.end(), is_newer);
        for (std::size_t i = 0; i < versions.size(); ++i) {
            const auto& release = *versions[i];
            const auto judged = judge(release, i >= release.keep_versions, now);
            if (judged.goes || judged.gone != release.gone || judged.over != release.over)
                changed.push_back(judged);
        }
    }
    return changed;
}

}  // namespace mirrorseed::app
