// Plans of trees that exist in a test alone.
#pragma once

#include "sync/plan.hpp"
#include "tests/support/listed.hpp"

#include <string>
#include <vector>

namespace mirrorseed::test {

using Names = std::vector<std::string>;

inline constexpr sync::DeleteLimit no_limit{true, 100, 0};

template <class Items>
Names names(const Items& items) {
    Names all;
    for (const auto& item : items)
        all.push_back(item.path.str());
    return all;
}

// A plan with its places looked up.
struct ReadPlan : sync::Plan {
    std::vector<PathEntry> fetch{}, ready{};
};

inline ReadPlan plan_of(sync::Listing listing, const Tree& current, const sync::Known& known = {},
                        const sync::DeleteLimit& limit = no_limit) {
    Held source(current);
    ReadPlan read{sync::plan_sync(listing, source, known, limit)};
    sync::teach(listing, read);
    for (const auto& item : read.Plan::fetch)
        read.fetch.push_back(listing.path_entry(item.place));
    for (const auto place : read.Plan::ready)
        read.ready.push_back(listing.path_entry(place));
    return read;
}

inline ReadPlan plan(const Tree& listed, const Tree& current, const sync::Known& known = {},
                     const sync::DeleteLimit& limit = no_limit) {
    return plan_of(listing_of(listed), current, known, limit);
}

// The same files as an upstream lists them, without their digests.
inline Tree as_listed(Tree tree) {
    for (auto& [name, entry] : tree)
        entry.digest.reset();
    return tree;
}

}  // namespace mirrorseed::test
