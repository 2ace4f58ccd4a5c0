// Release images: from the config's words to what their checksum lists are asked.
#pragma once

#include "app/config/config.hpp"
#include "sync/images/images_listing.hpp"

#include <string>

namespace mirrorseed::app {

// The keyring is read now; without one of its own the tree's is, and without either nothing need be signed.
Result<sync::images::ImagesWish> wish_of(const ImagesConfig& config, const std::string& trees_keyring);

std::string terms_of(const ImagesConfig& config);

}  // namespace mirrorseed::app
