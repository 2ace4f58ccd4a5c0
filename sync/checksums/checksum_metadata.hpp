// The checksum sets of a tree as metadata: their lists and signatures come before anything else, and are
// read.
//
// What they come to is decided in sync/checksums/checksum_sets.hpp. Files of the listing whose SHA-256 a list
// tells learn it.
#pragma once

#include "core/progress.hpp"
#include "core/store/store.hpp"
#include "sync/checksums/checksum_sets.hpp"
#include "sync/metadata.hpp"

#include <optional>
#include <vector>

namespace mirrorseed::sync {

class ChecksumMetadata final : public Metadata {
public:
    // All of them outlive it.
    ChecksumMetadata(Store& store, const TreeRow& tree, const Verifier& verifier, ListRule rule,
                     Progress& progress)
        : store_(store), tree_(tree), verifier_(verifier), rule_(rule), progress_(progress) {}

    std::optional<std::vector<Plan::Fetch>> wants(Listing& listing, const Plan& plan) override;
    Status read(Listing& listing, const Plan& plan, const FetchResult& came) override;

    // Files that turned out to be what the tree has, against lists that are new: a SHA-256 was compared when
    // the upstream said so, and other checksums are now.
    Status compare_same(const Listing& listing, const std::vector<Listing::Place>& same);

    // Once it wants nothing more.
    ChecksumSets& sets() noexcept { return sets_; }
    // Lists and signatures that came.
    const Amount& fetched() const noexcept { return fetched_; }

private:
    Store& store_;
    const TreeRow& tree_;
    const Verifier& verifier_;
    ListRule rule_;
    Progress& progress_;
    std::vector<ChecksumSet> wanted_;
    std::vector<Plan::Fetch> fresh_;
    bool is_done_ = false;
    ChecksumSets sets_;
    Amount fetched_;
};

}  // namespace mirrorseed::sync
