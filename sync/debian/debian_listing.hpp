// A Debian or Ubuntu archive, in part: what its signed metadata names is the listing.
//
// Release files come first and are verified, then the indices that they name, then what those name is
// selected. The decisions are in the pure files beside this one.
#pragma once

#include "sync/debian/index_choice.hpp"
#include "sync/debian/package_choice.hpp"
#include "sync/metadata_listing.hpp"
#include "sync/signature.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace mirrorseed::sync::debian {

struct DebianWish {
    std::vector<std::string> suites{};
    IndexWish indices{};
    PackageWish packages{};
    bool is_signed = true;  // by a key of the keyring, which is there then
    std::optional<Keyring> keyring{};
    bool is_dated = true;  // an older one than is held waits for a person
    bool checks_valid_until = true;
};

// `wish` outlives it.
std::unique_ptr<MetadataListing> debian_listing(const DebianWish& wish, const MetadataSurroundings& around);

}  // namespace mirrorseed::sync::debian
