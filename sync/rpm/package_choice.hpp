// Which packages of a repository are held. Pure.
#pragma once

#include "core/glob.hpp"
#include "sync/rpm/primary.hpp"

#include <string>
#include <vector>

namespace mirrorseed::sync::rpm {

struct PackageWish {
    bool none = false;                         // metadata alone
    std::vector<Glob> packages{};              // of names; empty: all
    std::vector<std::string> architectures{};  // empty: all
    unsigned newest = 0;                       // versions of each name and architecture; 0: all
};

// Packages for all architectures come with any but those of sources.
bool is_wanted(const PackageWish& wish, const Package& package);

// The places of the newest versions of each name and architecture among these, ascending.
std::vector<std::size_t> newest_of(const std::vector<Package>& packages, unsigned newest);

}  // namespace mirrorseed::sync::rpm
