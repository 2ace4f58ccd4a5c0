#include "sync/rpm/package_choice.hpp"

#include "sync/newest_versions.hpp"

#include <algorithm>
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
    const auto thing = [&](std::size_t at) { return std::tie(packages[at].name, packages[at].architecture); };
    const auto order = [&](std::size_t a, std::size_t b) {
        return compare(packages[a].evr, packages[b].evr);
    };
    return newest_versions(packages.size(), newest, thing, order);
}

}  // namespace mirrorseed::sync::rpm
