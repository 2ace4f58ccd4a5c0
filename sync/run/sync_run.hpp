// One run: from one upstream's listing to a published generation, or to why there is none.
//
// It tells the catalogue that it began and how it ended. What happens between has its own files, in this
// order: sync/run/tree_listing.hpp, sync/run/tree_plan.hpp, sync/metadata.hpp,
// sync/run/tree_fetch.hpp and sync/run/run_ending.hpp. Each tells
// its part of the result, which sync/run/run_parts.hpp adds up.
#pragma once

#include "sync/checksums/checksum_metadata.hpp"
#include "sync/generation/publisher.hpp"
#include "sync/run/catalogue_listing_memory.hpp"
#include "sync/run/run_parts.hpp"
#include "sync/run/surroundings.hpp"
#include "sync/run/sync_job.hpp"
#include "sync/run/tree_fetch.hpp"
#include "sync/run/tree_listing.hpp"
#include "sync/upstream.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace mirrorseed::sync {

// What becomes of an upstream whose signed metadata is older than the tree's.
enum class Older {
    is_held,        // until a person has seen it
    is_passed_over  // for the next upstream
};

class SyncRun {
public:
    using Open = std::function<Result<std::unique_ptr<Upstream>>(ListingMemory*)>;

    SyncRun(Store& store, const Wish& wish, const Clock& clock, Progress& progress,
            Older older = Older::is_held);
    SyncRun(const SyncRun&) = delete;
    SyncRun& operator=(const SyncRun&) = delete;

    SyncResult run(const std::string& url, const Open& open);
    // Whether another upstream may do better.
    bool failed_for_its_upstream() const noexcept { return upstream_failed_; }
    bool was_passed_over() const noexcept { return was_passed_over_; }

private:
    std::int64_t begin(const std::string& url);
    void end(std::int64_t run, const SyncResult& result);
    void try_to_end(std::int64_t run, const SyncResult& result) noexcept;

    Status open_and_sync(const std::string& url, const Open& open);
    void forget_listings_of_others();
    Error upstream_failed(const Error& error);
    Error failed_to_fetch(const Error& error);
    Status sync_from(Upstream& upstream);
    // False when the upstream changed meanwhile.
    Result<bool> sync_listing(Upstream& upstream, TreeFetch& fetching, TreeListing& listed, bool is_last);
    // Brings and reads what must be read first, until the plan is final. False when the upstream changed
    // meanwhile.
    Result<bool> finish_plan(Metadata& metadata, Upstream& upstream, TreeFetch& fetching, Listing& listing,
                             Plan& plan);
    Error pass_over(const std::string& why);
    Result<RoomBook::Booking> book_room(Bytes bytes);
    void note_behind();
    Result<bool> end_with(Ended ended);
    Plan make_plan(const Listing& listing) const;
    // What the plan wants, from the listed upstream and from others. False when the upstream changed
    // meanwhile.
    Result<bool> fetch_rest(Upstream& upstream, TreeFetch& fetching, Listing& listing, const Plan& plan,
                            ChecksumMetadata& checksums, FetchResult& fetched, bool is_last);
    static bool checks_what_it_sends(const Upstream& upstream);
    Result<Verifier> verifier();

    TreeRow tree_;
    const Surroundings around_;
    Publisher publisher_;
    UnixTime started_ = 0;
    std::optional<CatalogueListingMemory> memory_;
    std::optional<Keyring> keyring_;
    RunParts parts_;
    Older older_;
    bool was_passed_over_ = false;
    bool upstream_failed_ = false;
};

}  // namespace mirrorseed::sync
