// The Release files of a suite: which of them is believed, and whether it may be. Pure but for gpgv.
#pragma once

#include "sync/debian/debian_listing.hpp"
#include "sync/debian/release_file.hpp"

#include <optional>
#include <stop_token>
#include <string>

namespace mirrorseed::sync::debian {

// As they came; nothing where the upstream has none.
struct ReleaseTexts {
    std::optional<std::string> in_release{}, release{}, signature{};
};

struct BelievedRelease {
    ReleaseFile release{};
    // Which files the tree holds: those that say the same.
    bool by_in_release = false, by_release = false;
};

// InRelease is believed first, as clients do; where Release is newer the upstream is being updated, or was
// badly, and clients that know InRelease see the older one still.
Result<BelievedRelease> believe(const ReleaseTexts& texts, const DebianWish& wish, std::stop_token stop = {});

// InRelease or Release, for who believes it anyway.
Result<ReleaseFile> read_unverified(const std::string& text);

// Fault::refused when its time is over.
Status check_still_valid(const ReleaseFile& release, const DebianWish& wish, UnixTime now);

// Why a person should look first, or nothing: it is older than that which the tree has, or does not say.
std::string went_back(const ReleaseFile& release, const ReleaseFile& held);

}  // namespace mirrorseed::sync::debian
