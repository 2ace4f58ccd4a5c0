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

}  // namespace

std::vector<ReleaseId> outlived(const std::vector<Release>& releases, UnixTime now) {
    std::map<std::pair<std::string, std::string>, std::vector<const Release*>> former;
    for (const auto& release : releases)
        if (release.gone) former[{release.rule, release.thing}].push_back(&release);
    std::vector<ReleaseId> gone;
    for (auto& [thing, versions] : former) {
        std::sort(versions.begin(), versions.end(), is_newer);
        for (std::size_t i = 0; i < versions.size(); ++i) {
            const auto& release = *versions[i];
            const bool is_old = now - *release.gone >= release.keep.count();
            if (is_old || i >= release.keep_versions) gone.push_back(release.id);
        }
    }
    return gone;
}

}  // namespace mirrorseed::app
