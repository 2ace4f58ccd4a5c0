// What the checksum lists of folders say, at the upstream and in the tree, each read once.
#pragma once

#include "sync/images/copied_folder.hpp"
#include "sync/metadata_listing.hpp"

#include <map>
#include <vector>

namespace mirrorseed::sync::images {

class ToldFolders {
public:
    // Outlives it; may be empty, for who only plans.
    explicit ToldFolders(const HeldFiles& held) : held_(held) {}

    // `lists`: the upstream's, nullptr while they were not read.
    const ToldFolder& of(const RelPath& folder, const std::vector<ReadSet>* lists, const Listing& in_tree);

private:
    void add_held_lists(const Listing& in_tree, ToldFolder& told) const;

    const HeldFiles& held_;
    std::map<RelPath, ToldFolder> told_;
};

}  // namespace mirrorseed::sync::images
