// Trees in part, by what their distribution publishes about itself: from the config's words to a listing by
// metadata.
#pragma once

#include "app/config/config.hpp"
#include "sync/metadata_listing.hpp"

#include <string>

namespace mirrorseed::app {

// Is its listing metadata?
bool is_partial(const TreeConfig& tree);

// Empty for a tree that its upstream lists.
struct PartialListing {
    sync::MetadataOfTree listed_by{};
    std::string judged_by{};  // text that differs whenever the keys do by which its files are judged
};

// The keyring is read now.
Result<PartialListing> metadata_of(const TreeConfig& tree);

// Whose metalinks may stand among its upstreams.
RelPath repo_of_metalinks(const TreeConfig& tree);

// What it selects by; text that differs whenever it does, and empty without one.
std::string terms_of_metadata(const TreeConfig& tree);

}  // namespace mirrorseed::app
