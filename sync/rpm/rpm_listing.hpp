// RPM repositories, in part: what their metadata names is the listing.
//
// repomd.xml comes first and is verified, then all files that it names, then the packages that its primary
// index names are chosen from. The decisions are in the pure files beside this one.
#pragma once

#include "sync/metadata_listing.hpp"
#include "sync/rpm/package_choice.hpp"
#include "sync/signature.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace mirrorseed::sync::rpm {

struct RpmWish {
    std::vector<RelPath> repos{};  // folders that hold repodata/
    PackageWish packages{};
    std::optional<Keyring> keyring{};  // whose keys must have signed; nothing: no signature is asked for
    bool images = false;               // those of .treeinfo, which nobody signs
    bool is_dated = true;              // an older one than is held waits for a person
};

// `wish` outlives it.
std::unique_ptr<MetadataListing> rpm_listing(const RpmWish& wish, const MetadataSurroundings& around);

}  // namespace mirrorseed::sync::rpm
