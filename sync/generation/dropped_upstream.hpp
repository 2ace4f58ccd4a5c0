// Which of the names that leave a tree left because what its upstream lists has them no more.
//
// Pure. Readers are given such files for a while still (httpd/published/grace_rule.hpp), so everything else
// that takes a name away must not look like that.
#pragma once

#include "core/glob.hpp"
#include "core/store/catalogue_entries.hpp"
#include "sync/listing.hpp"

#include <string_view>
#include <unordered_set>

namespace mirrorseed::sync {

class DroppedUpstream {
public:
    // Both outlive it. `selection`: what the upstream was listed for.
    DroppedUpstream(const Listing& listing, const Selection& selection);

    // Of a name of the current generation that goes. What the selection leaves out would not be listed in any
    // case; what is listed and refused, or left out as it is or with a folder above it, is there still.
    Leaving leaving(const PathEntry& gone) const;

private:
    bool is_left_out(std::string_view path) const;

    const Listing& listing_;
    const Selection& selection_;
    std::unordered_set<std::string_view> left_out_;
};

}  // namespace mirrorseed::sync
