#include "sync/debian/package_choice.hpp"

#include "sync/debian/version.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace mirrorseed::sync::debian {
namespace {

// What is no name for a file is no name for a package, and no pattern means it.
bool is_one_of(const std::vector<Glob>& patterns, const std::string& text) {
    if (patterns.empty()) return true;
    const auto path = RelPath::parse(text);
    return path && std::any_of(patterns.begin(), patterns.end(),
                               [&](const Glob& glob) { return glob.matches(*path); });
}

}  // namespace

bool is_wanted(const PackageWish& wish, const Package& package) {
    return !wish.none && is_one_of(wish.packages, package.name) && is_one_of(wish.sections, package.section);
}

std::vector<std::size_t> newest_of(const std::vector<Package>& packages, unsigned newest) {
    std::vector<std::size_t> places(packages.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    if (newest == 0) return places;
    const auto thing = [&](std::size_t at) { return std::tie(packages[at].name, packages[at].architecture); };
    std::sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
        if (thing(a) != thing(b)) return thing(a) < thing(b);
        const auto order = compare_versions(packages[a].version, packages[b].version);
        return order == 0 ? a < b : order > 0;
    });
    std::vector<std::size_t> kept;
    std::size_t first = 0, versions = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const bool is_other = i == 0 || thing(places[i]) != thing(places[first]);
        if (is_other) {
            first = i;
            versions = 1;
        } else if (compare_versions(packages[places[i]].version, packages[places[i - 1]].version) != 0) {
            ++versions;
        }
        if (versions <= newest) kept.push_back(places[i]);
    }
    std::sort(kept.begin(), kept.end());
    return kept;
}

}  // namespace mirrorseed::sync::debian
