#include "sync/debian/package_choice.hpp"

#include "sync/debian/version.hpp"
#include "sync/newest_versions.hpp"

#include <algorithm>
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
    const auto thing = [&](std::size_t at) { return std::tie(packages[at].name, packages[at].architecture); };
    const auto order = [&](std::size_t a, std::size_t b) {
        return compare_versions(packages[a].version, packages[b].version);
    };
    return newest_versions(packages.size(), newest, thing, order);
}

}  // namespace mirrorseed::sync::debian
