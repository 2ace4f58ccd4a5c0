// An Arch Linux archive, in part: the databases of its repositories are the listing.
//
// `lastupdate` comes first, which tells whether anything changed at all; then each repository's database and
// list of files, with their signatures; then what those name is selected. The decisions are in the pure files
// beside this one.
#pragma once

#include "core/glob.hpp"
#include "sync/metadata_listing.hpp"
#include "sync/signature.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::sync::arch {

struct ArchWish {
    std::vector<std::string> repos{}, architectures{};  // folders REPO/os/ARCH
    std::vector<Glob> packages{};                       // names; empty: all
    bool none = false;                                  // metadata alone
    std::optional<Keyring> keyring{};  // then packages, and databases that are, must be signed
};

// `wish` outlives it, and what it selected.
std::unique_ptr<MetadataListing> arch_listing(const ArchWish& wish, const MetadataSurroundings& around);

}  // namespace mirrorseed::sync::arch
