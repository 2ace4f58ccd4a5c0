// What the config and the command line ask for, of one sync of one tree.
#pragma once

#include "core/glob.hpp"
#include "core/units.hpp"
#include "sync/content_watch.hpp"
#include "sync/describe.hpp"
#include "sync/keeping.hpp"
#include "sync/list_rule.hpp"
#include "sync/manners.hpp"
#include "sync/metadata_listing.hpp"
#include "sync/metalink_memory.hpp"
#include "sync/plan.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace mirrorseed::sync {

struct Metalinks {
    RelPath repo{};  // whose repomd.xml they are of
    // By the URLs of the mirrors that they named.
    std::map<std::string, std::vector<VouchedContent>> vouched{};
    std::set<std::string> of_others{};      // mirrors that nobody here chose
    std::map<std::string, Error> unread{};  // metalinks that could not be read
    std::shared_ptr<MetalinkMemory> memory{};
    bool may_be_remembered = false;  // rather than read again
};

struct Wish {
    std::string tree;
    std::vector<std::string> upstreams;
    Manners manners{};
    std::string keyring{};  // for signed checksum lists; empty: none is asked for
    std::string host{};     // our name, for project/trace; empty: we leave no trace
    // What the result depends on beside the upstream, in any form: others are other terms.
    std::string terms{};
    std::string judged_by{};  // of the keys by which what metadata lists is judged, in any form
    bool full = false;        // list and compare everything, whatever markers and memory say
    std::chrono::milliseconds rest_between_listings{1000};  // of an upstream that changes meanwhile
    // How metalinks among the upstreams are read, and what became of them
    // (sync/run/mirrors_of_metalinks.hpp).
    Metalinks metalinks{};
    // The metadata that is the tree's listing; then `selection` tells what its upstream is listed for beside.
    MetadataOfTree listed_by{};
    Selection selection;
    bool notes_not_held = false;  // what the tree does without is remembered, for who asks for it
    DeleteLimit max_delete;
    bool allow_deletes = false;
    bool publish_without_bad_files = false;  // hold-back, instead of strict
    ListRule checksum_lists = ListRule::automatic;
    Bytes min_free = 0;
    Keeping keeping;
    WatchFor watch_for{};
    Describe describe{};

    // What a tree is remembered to be all of.
    std::string all_terms() const { return judged_by.empty() ? terms : terms + "\njudged by " + judged_by; }
    // Was it selected by the same terms, whoever judged it?
    bool selects_as(const std::string& remembered) const {
        return remembered == terms || remembered.starts_with(terms + "\njudged by ");
    }
};

}  // namespace mirrorseed::sync
