// One run: from one upstream's listing to a published generation, or to why there is none.
#pragma once

#include "sync/catalogue_listing_memory.hpp"
#include "sync/checksum_sets.hpp"
#include "sync/fetcher.hpp"
#include "sync/sync_job.hpp"
#include "sync/upstream.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::sync {

// What is here besides a tree's current generation, and what of a listing must be had. Without a catalogue:
// for a store that does not exist yet.
Plan make_plan(Catalogue* catalogue, const TreeRow& tree, const Wish& wish, Listing& listing);

void tell_plan(SyncResult& result, const Plan& plan, const Wish& wish);

class SyncRun {
public:
    using Open = std::function<Result<std::unique_ptr<Upstream>>(ListingMemory*)>;

    SyncRun(Store& store, const Wish& wish, const Clock& clock, Progress& progress);

    SyncResult run(const std::string& url, const Open& open);
    // Whether another upstream may do better.
    bool failed_for_its_upstream() const noexcept { return upstream_failed_; }

private:
    std::int64_t begin(const std::string& url);
    void end(std::int64_t run);
    void try_to_end(std::int64_t run) noexcept;

    Status open_and_sync(const std::string& url, const Open& open);
    void forget_listings_of_others();
    Error upstream_failed(const Error& error);
    Status sync_from(Upstream& upstream);
    Result<Listing> list(Upstream& upstream);
    bool may_trust_markers() const;
    // False when the upstream changed meanwhile.
    Result<bool> sync_listing(Upstream& upstream, Listing& listing, bool is_last);

    Result<Verifier> verifier();
    Result<FetchResult> fetch(Upstream& upstream, Listing& listing, const std::vector<Plan::Fetch>& wanted);
    void fetch_elsewhere(Listing& listing, FetchResult& fetched);
    void learn_same(const Listing& listing, const std::vector<Listing::Place>& same);
    Status enough_room(const Plan& plan) const;

    Status nothing_new(const Plan& plan);
    void publish_empty();
    Status settle(Listing& listing, const Plan& plan, FetchResult& fetched);
    std::string why_held(const Listing& listing, const Plan& plan) const;
    Status publish(const Listing& listing, GenerationRow row);
    Status write_trace(const Listing& listing, GenerationRow& row);
    void settled(bool whole);

    Store& store_;
    const Wish& wish_;
    const Clock& clock_;
    Progress& progress_;
    UnixTime started_ = 0;
    TreeRow tree_;
    std::optional<CatalogueListingMemory> memory_;
    std::optional<Keyring> keyring_;
    ChecksumSets sets_;
    std::optional<RelPath> trace_;
    bool by_markers_ = false;  // the listing was not asked for, for the markers said enough
    SyncResult result_;
    std::vector<Digest> replaced_;  // were here already, damaged, and came again
    bool upstream_failed_ = false;
};

}  // namespace mirrorseed::sync
