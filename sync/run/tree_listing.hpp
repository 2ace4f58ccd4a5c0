// What an upstream has of a tree now: listed, told by metadata that is brought first, or concluded from its
// markers (sync/run/markers.hpp) where these may be believed.
//
// Markers are believed only while the tree is exactly what a whole listing said, for the same terms, and
// only for so long; so whoever ends a run says here how it ended.
#pragma once

#include "sync/run/surroundings.hpp"
#include "sync/run/tree_fetch.hpp"
#include "sync/upstream.hpp"

#include <optional>

namespace mirrorseed::sync {

struct TreeListing {
    Listing listing;
    bool by_markers = false;             // the upstream was not asked for it
    bool by_roots = false;               // its metadata's roots are as they were; nothing is listed
    std::optional<RelPath> own_trace{};  // where our own trace belongs, in a tree that has traces
    bool is_whole = true;                // nothing was left out that may be had a moment later
    std::string held_reason{};           // why its metadata should be looked at by a person first
    std::vector<SelectedPart> parts{};   // of what its metadata selects
    // What the tree does without, where that was looked at and is to be remembered.
    std::optional<std::vector<NotHeldFile>> not_held{};
    std::optional<Digest> as_listed{};  // of all that the upstream said, where that tells every change
};

// Is it, to the byte, the listing that the tree was found to be all of, with nothing happening to the tree
// since? Then there is nothing to compare.
bool is_as_before(const TreeRow& tree, const Wish& wish, const TreeListing& listed);

bool may_trust_markers(const TreeRow& tree, const Wish& wish, UnixTime now);

// An error too while the upstream says that it is being updated. Our own trace is no news to the upstream:
// it is listed as the tree has it.
Result<TreeListing> list_tree(Upstream& upstream, const Surroundings& around, TreeFetch& fetching);

// Whether the tree is now exactly what was listed.
enum class Match { whole, in_part };
void remember_match(const Surroundings& around, const TreeListing& listed, Match match);

}  // namespace mirrorseed::sync
