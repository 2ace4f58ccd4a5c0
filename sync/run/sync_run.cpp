#include "sync/run/sync_run.hpp"

#include "core/http/shown_url.hpp"
#include "sync/generation/publisher.hpp"
#include "sync/run/tree_plan.hpp"
#include "sync/run/tree_settling.hpp"

#include <fmt/format.h>

#include <chrono>

namespace mirrorseed::sync {
namespace {

// How often a run lists an upstream again that changes while its files come.
constexpr int most_listings = 3;

}  // namespace

SyncRun::SyncRun(Store& store, const Wish& wish, const Clock& clock, Progress& progress)
    : store_(store),
      wish_(wish),
      clock_(clock),
      progress_(progress),
      publisher_(
          store, [this](const std::string&) { return wish_.keeping; }, wish.describe, clock, progress) {
    result_.tree = wish.tree;
}

SyncResult SyncRun::run(const std::string& url, const Open& open) {
    const auto started = std::chrono::steady_clock::now();
    started_ = clock_();
    progress_.about(wish_.tree);
    const auto number = begin(url);
    Status done;
    try {
        done = open_and_sync(url, open);
    } catch (const Failure& failure) {
        // The catalogue may be what failed; if it can still be written, the run is told of there.
        result_.error = failure.error();
        try_to_end(number);
        throw;
    }
    if (!done) {
        result_.outcome = Outcome::failed;
        result_.error = done.error();
    }
    result_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    end(number);
    return std::move(result_);
}

std::int64_t SyncRun::begin(const std::string& url) {
    const auto tree = store_.catalogue().trees().ensure(wish_.tree);
    return store_.catalogue().runs().start(tree.id, without_credentials(url), started_);
}

void SyncRun::end(std::int64_t run) {
    store_.catalogue().runs().end(run, {.ended = clock_(),
                                        .outcome = std::string(outcome_name(result_.outcome)),
                                        .error = result_.error ? result_.error->text() : "",
                                        .transferred = result_.transferred});
}

void SyncRun::try_to_end(std::int64_t run) noexcept {
    try {
        end(run);
    } catch (const Failure&) {
        // What is on its way up tells more.
    }
}

Status SyncRun::open_and_sync(const std::string& url, const Open& open) {
    auto& trees = store_.catalogue().trees();
    tree_ = trees.ensure(wish_.tree);
    result_.generation = tree_.generation;
    // A publish that was cut off is finished first, so that two of them never mix.
    const auto known = catalogue_knows_all(store_, wish_.tree);
    if (!known) return known;
    // Where that does not come to its end (an unwritable checkout, say), a newer tree is wanted all the same.
    const auto followed = publisher_.follow(wish_.tree);
    const auto may_go_on = progress_.go_on();
    if (!may_go_on) return may_go_on;
    tree_ = trees.ensure(wish_.tree);
    forget_listings_of_others();
    const auto use = wish_.full ? CatalogueListingMemory::Use::afresh : CatalogueListingMemory::Use::remember;
    memory_.emplace(store_.catalogue(), tree_.id, without_credentials(url), use);
    const auto upstream = open(&*memory_);
    if (!upstream) return upstream_failed(upstream.error());
    result_.upstream = (*upstream)->name();
    const auto synced = sync_from(**upstream);
    if (synced && !followed && result_.outcome != Outcome::published) return followed;
    return synced;
}

void SyncRun::forget_listings_of_others() {
    std::vector<std::string> used;
    for (const auto& upstream : wish_.upstreams)
        used.push_back(without_credentials(upstream));
    store_.catalogue().listings().forget_other_upstreams(tree_.id, used);
}

Error SyncRun::upstream_failed(const Error& error) {
    upstream_failed_ = !progress_.stop_requested();
    return error;
}

// It may be the upstream's fault, or our own disk's.
Error SyncRun::failed_to_fetch(const Error& error) {
    const bool is_theirs = error.is(Fault::busy) || error.is(Fault::bad_input);
    return is_theirs ? upstream_failed(error) : error;
}

// What is published fits together: when anything is not as it was listed, the whole is listed again, and what
// came meanwhile is here already.
Status SyncRun::sync_from(Upstream& upstream) {
    TreeFetch fetching(store_, tree_, wish_, *memory_, clock_, progress_, result_);
    for (int listings = 1;; ++listings) {
        auto listed = list_tree(upstream, store_, tree_, wish_, clock_(), progress_);
        if (!listed) return upstream_failed(listed.error());
        const auto done = sync_listing(upstream, fetching, *listed, listings == most_listings);
        if (!done) return done.error();
        if (*done) return {};
        const auto rested = progress_.rest(listings * wish_.rest_between_listings);
        if (!rested) return rested;
    }
}

Result<bool> SyncRun::sync_listing(Upstream& upstream, TreeFetch& fetching, TreeListing& listed,
                                   bool is_last) {
    auto& listing = listed.listing;
    TreeSettling settling(publisher_, tree_, wish_, started_, result_);
    if (is_as_before(tree_, wish_, listed)) {
        const auto done = settling.settle_as_before(listed);
        if (!done) return done.error();
        return true;
    }
    recall_staged(store_.catalogue().contents(), tree_, listing);
    auto plan = plan_tree_sync(&store_.catalogue(), tree_, wish_, listing);
    tell_plan(result_, plan, wish_);
    if (plan.changes_nothing()) {
        const auto done = settling.settle_unchanged(listed, plan);
        if (!done) return done.error();
        return true;
    }
    const auto room = upstream.is_shared() ? Status() : enough_room(plan);
    if (!room) return room.error();
    const auto verify = verifier();
    if (!verify) return verify.error();
    ChecksumMetadata checksums(store_, tree_, *verify, progress_);
    const auto finished = finish_plan(checksums, upstream, fetching, listing, plan);
    if (!finished) return failed_to_fetch(finished.error());
    if (!*finished && !is_last) return false;
    tell_plan(result_, plan, wish_);
    result_.fetch += checksums.fetched();  // here already, and not by way of reuse
    result_.reuse -= checksums.fetched();
    teach(listing, plan);
    progress_.start("fetch", plan.fetch.size(), plan.fetched.bytes);
    auto fetched = fetching.fetch(upstream, listing, plan.fetch, checksums.sets());
    if (!fetched) return failed_to_fetch(fetched.error());
    if (!fetched->changed.empty() && !is_last) return false;
    for (const auto place : fetched->changed)
        fetched->quarantined.push_back({listing.path_of(place), "it changes all the time"});
    fetching.fetch_elsewhere(result_.upstream, listing, *fetched);
    const auto done = settling.settle({.listed = listed,
                                       .plan = plan,
                                       .fetched = *fetched,
                                       .sets = checksums.sets(),
                                       .replaced = fetching.replaced()});
    if (!done) return done.error();
    return true;
}

// What was read may tell that a content is here already, so the plan is made again each time.
Result<bool> SyncRun::finish_plan(Metadata& metadata, Upstream& upstream, TreeFetch& fetching,
                                  Listing& listing, Plan& plan) {
    while (const auto wanted = metadata.wants(listing, plan)) {
        const auto came = fetching.fetch(upstream, listing, *wanted, ChecksumSets());
        if (!came) return came.error();
        if (!came->changed.empty()) return false;
        const auto read = metadata.read(listing, plan, *came);
        if (!read) return read.error();
        plan = plan_tree_sync(&store_.catalogue(), tree_, wish_, listing);
    }
    return true;
}

Result<Verifier> SyncRun::verifier() {
    if (wish_.keyring.empty()) return Verifier();
    if (!keyring_) {
        auto keyring = Keyring::read(wish_.keyring);
        if (!keyring) return keyring.error();
        keyring_ = std::move(*keyring);
    }
    return verifier_with(*keyring_, progress_.stop_token());
}

Status SyncRun::enough_room(const Plan& plan) const {
    const auto space = space_at(store_.places().store);
    if (!space) return space.error();
    if (space->free >= plan.fetched.bytes && space->free - plan.fetched.bytes >= wish_.min_free) return {};
    return Error(Fault::no_space,
                 fmt::format("not enough space in {}: {} are to be fetched, {} are free and min_free is {}; "
                             "nothing was fetched",
                             store_.places().store, format_size(plan.fetched.bytes), format_size(space->free),
                             format_size(wish_.min_free)));
}

}  // namespace mirrorseed::sync
