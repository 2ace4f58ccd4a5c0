// Writes a difference between two generations, and reads back what one leads to.
//
// Both are merged line by line, and nothing is held whole.
#pragma once

#include "core/store/manifest_parts.hpp"

#include <optional>

namespace mirrorseed {

// Writes what differs between two generations that are there in full, durably; from nothing where there is no
// older one. Fault::damaged where a file is not what its head says.
Status write_difference(const Folder& manifests, const std::optional<ManifestHead>& older,
                        const ManifestHead& newer);
// Reads all of a generation, hidden entries too, to see that the way leads to it.
Status read_back(const Folder& manifests, const ManifestWay& way, const Digest& expected);
void remove_difference(const Folder& manifests, const ManifestPair& pair);

}  // namespace mirrorseed
