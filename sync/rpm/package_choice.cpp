#include "sync/rpm/package_choice.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace mirrorseed::sync::rpm {
namespace {

bool is_of_sources(std::string_view architecture) {
    return architecture == "src" || architecture == "nosrc";
}

bool is_of_architectures(const std::vector<std::string>& wanted, const std::string& architecture) {
    if (wanted.empty()) return true;
    if (architecture == "noarch") return !std::all_of(wanted.begin(), wanted.end(), is_of_sources);
    return std::find(wanted.begin(), wanted.end(), architecture) != wanted.end();
}

// What is no name for a file is no name for a package, and no pattern means it.
bool is_named(const std::vector<Glob>& patterns, const std::string& name) {
    if (patterns.empty()) return true;
    const auto path = RelPath::parse_name(name);
    return path && std::any_of(patterns.begin(), patterns.end(),
                               [&](const Glob& glob) { return glob.matches(*path); });
}

}  // namespace

bool is_wanted(const PackageWish& wish, const Package& package) {
    return !wish.none && is_of_architectures(wish.architectures, package.architecture) &&
           is_named(wish.packages, package.name);
}

std::vector<std::size_t> newest_of(const std::vector<Package>& packages, unsigned newest) {
    std::vector<std::size_t> places(packages.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    if (newest == 0) return places;
    const auto thing = [&](std::size_t at) { return std::tie(packages[at].name, packages[at].architecture); };
    std::sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
        if (thing(a) != thing(b)) return thing(a) < thing(b);
        const auto order = compare(packages[a].evr, packages[b].evr);
        return order == 0 ? a < b : order > 0;
    });
    std::vector<std::size_t> kept;
    unsigned versions = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const auto at = places[i];
        if (i == 0 || thing(at) != thing(places[i - 1]))
            versions = 1;
        else if (compare(packages[at].evr, packages[places[i - 1]].evr) != 0)
            ++versions;
        if (versions <= newest) kept.push_back(at);
    }
    std::sort(kept.begin(), kept.end());
    return kept;
}

}  // namespace mirrorseed::sync::rpm
