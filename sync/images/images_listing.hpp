// Release images: folders of which the checksum lists say what their images are.
//
// The upstream is listed; of the images that match, the newest are chosen whose folders' lists tell of all of
// them. A folder comes as a whole or stays as it was. The decisions are in the pure files beside this one.
#pragma once

#include "core/glob.hpp"
#include "sync/metadata_listing.hpp"
#include "sync/signature.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace mirrorseed::sync::images {

struct ImagesWish {
    std::vector<Glob> match{};
    unsigned newest = 0;               // versions of each image; 0: all
    std::optional<Keyring> keyring{};  // then lists must be signed, or images themselves
};

// `wish` outlives it, and what it selected.
std::unique_ptr<MetadataListing> images_listing(const ImagesWish& wish, const MetadataSurroundings& around);

}  // namespace mirrorseed::sync::images
