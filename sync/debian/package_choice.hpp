// Which packages of an index are held. Pure.
#pragma once

#include "core/glob.hpp"
#include "sync/debian/package_index.hpp"

#include <vector>

namespace mirrorseed::sync::debian {

struct PackageWish {
    bool none = false;                         // metadata alone
    std::vector<Glob> packages{}, sections{};  // empty: all; a package must be of both
    unsigned newest = 0;                       // versions of each name; 0: all
    bool dependencies = false;
};

bool is_wanted(const PackageWish& wish, const Package& package);

// The places of the newest versions of each name and architecture among these, ascending.
std::vector<std::size_t> newest_of(const std::vector<Package>& packages, unsigned newest);

}  // namespace mirrorseed::sync::debian
