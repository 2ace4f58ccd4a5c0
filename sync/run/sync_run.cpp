#include "sync/run/sync_run.hpp"

#include "core/http/shown_url.hpp"
#include "sync/generation/publisher.hpp"
#include "sync/run/doubtful_files.hpp"
#include "sync/run/enough_room.hpp"
#include "sync/run/listing_rounds.hpp"
#include "sync/run/mending.hpp"
#include "sync/run/refusals.hpp"
#include "sync/run/run_ending.hpp"
#include "sync/run/signed_files.hpp"
#include "sync/run/tree_plan.hpp"
#include "sync/run/waiting_sets.hpp"
#include "sync/upstream_kind.hpp"

#include <chrono>

namespace mirrorseed::sync {
namespace {

std::string trouble_of(const SyncResult& result) {
    if (result.error) return result.error->text();
    std::string text;
    for (const auto& item : result.unfinished)
        text += (text.empty() ? "unfinished: " : "; ") + item.step + ": " + item.error.text();
    return text;
}

}  // namespace

SyncRun::SyncRun(Store& store, const Wish& wish, const Clock& clock, Progress& progress, Older older)
    : around_{.store = store, .tree = tree_, .wish = wish, .clock = clock, .progress = progress},
      publisher_(
          store, [&wish](const std::string&) { return wish.keeping; }, wish.describe, clock, progress),
      older_(older) {
    parts_.tree = wish.tree;
}

SyncResult SyncRun::run(const std::string& url, const Open& open) {
    const auto started = std::chrono::steady_clock::now();
    started_ = around_.clock();
    around_.progress.about(around_.wish.tree);
    const auto number = begin(url);
    try {
        const auto done = open_and_sync(url, open);
        if (!done) parts_.error = done.error();
    } catch (const Failure& failure) {
        // The catalogue may be what failed; if it can still be written, the run is told of there.
        parts_.error = failure.error();
        try_to_end(number, sum_of(parts_));
        throw;
    }
    parts_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    auto result = sum_of(std::move(parts_));
    if (result.outcome != Outcome::published) {
        end(number, result);
        return result;
    }
    Followed told;
    told.attempt(result.generation, "record", [&] {
        end(number, result);
        return Status();
    });
    result.unfinished.insert(result.unfinished.end(), told.unfinished.begin(), told.unfinished.end());
    return result;
}

std::int64_t SyncRun::begin(const std::string& url) {
    const auto tree = around_.store.catalogue().trees().ensure(around_.wish.tree);
    return around_.store.catalogue().runs().start(tree.id, without_credentials(url), started_);
}

void SyncRun::end(std::int64_t run, const SyncResult& result) {
    around_.store.catalogue().runs().end(run, {.ended = around_.clock(),
                                               .outcome = std::string(outcome_name(result.outcome)),
                                               .error = trouble_of(result),
                                               .transferred = result.transferred});
}

void SyncRun::try_to_end(std::int64_t run, const SyncResult& result) noexcept {
    try {
        end(run, result);
    } catch (const Failure&) {
        // What is on its way up tells more.
    }
}

Status SyncRun::open_and_sync(const std::string& url, const Open& open) {
    auto& trees = around_.store.catalogue().trees();
    tree_ = trees.ensure(around_.wish.tree);
    parts_.generation = tree_.generation;
    // A publish that was cut off is finished first, so that two of them never mix.
    const auto known = catalogue_knows_all(around_.store, around_.wish.tree);
    if (!known) return known;
    // Where that does not come to its end (an unwritable checkout, say), a newer tree is wanted all the same.
    parts_.left = publisher_.follow(around_.wish.tree);
    const auto may_go_on = around_.progress.go_on();
    if (!may_go_on) return may_go_on;
    tree_ = trees.ensure(around_.wish.tree);
    forget_listings_of_others();
    const auto use =
        around_.wish.full ? CatalogueListingMemory::Use::afresh : CatalogueListingMemory::Use::remember;
    memory_.emplace(around_.store.catalogue(), tree_.id, without_credentials(url), use);
    const auto upstream = open(&*memory_);
    if (!upstream) return upstream_failed(upstream.error());
    parts_.upstream = (*upstream)->name();
    return sync_from(**upstream);
}

void SyncRun::forget_listings_of_others() {
    std::vector<std::string> used;
    for (const auto& upstream : around_.wish.upstreams)
        used.push_back(without_credentials(upstream));
    around_.store.catalogue().listings().forget_other_upstreams(tree_.id, used);
}

Error SyncRun::upstream_failed(const Error& error) {
    upstream_failed_ = !around_.progress.stop_requested();
    return error;
}

Error SyncRun::pass_over(const std::string& why) {
    was_passed_over_ = true;
    return upstream_failed(Error(Fault::refused, parts_.upstream + ": " + why));
}

// It may be the upstream's fault, or our own disk's.
Error SyncRun::failed_to_fetch(const Error& error) {
    const bool is_theirs = error.is(Fault::busy) || error.is(Fault::bad_input);
    return is_theirs ? upstream_failed(error) : error;
}

Status SyncRun::sync_from(Upstream& upstream) {
    TreeFetch fetching(around_, *memory_);
    const auto round = [&](bool is_last) -> Result<bool> {
        auto listed = list_tree(upstream, around_, fetching);
        if (!listed && listed.error().is(Fault::changed) && !is_last) return false;
        if (!listed) return upstream_failed(listed.error());
        if (!listed->held_reason.empty() && older_ == Older::is_passed_over)
            return pass_over(listed->held_reason);
        auto done = sync_listing(upstream, fetching, *listed, is_last);
        parts_.traffic = fetching.traffic();
        return done;
    };
    return in_rounds(round, around_.wish.rest_between_listings, around_.progress);
}

Result<bool> SyncRun::sync_listing(Upstream& upstream, TreeFetch& fetching, TreeListing& listed,
                                   bool is_last) {
    auto& listing = listed.listing;
    parts_.selection = listed.parts;
    superseded_ = listed.superseded;
    // A folder that is adopted is no upstream that could be read again.
    if (!upstream.is_shared()) around_.store.catalogue().trees().set_read(tree_.id, around_.clock());
    RunEnding ending(around_, publisher_, parts_.upstream, started_);
    const auto mended = mend_damaged(upstream, around_, fetching, listing);
    if (!mended) return failed_to_fetch(mended.error());
    fetching.forget_guessed();
    if (is_as_before(around_.tree, around_.wish, listed)) {
        return end_with(ending.as_before(listed));
    }
    recall(around_.store.catalogue(), around_.tree, around_.wish, listing);
    auto plan = make_plan(listing);
    parts_.planned = tell_plan(plan, around_.wish);
    if (plan.changes_nothing() && !judges_all(around_, listed.to_be_signed)) {
        return end_with(ending.unchanged(listed, plan));
    }
    note_behind();
    auto room =
        upstream.is_shared() ? Result<RoomBook::Booking>(RoomBook::Booking()) : book_room(plan.fetched.bytes);
    if (!room) return room.error();
    const auto verify = verifier();
    if (!verify) return failed_to_fetch(verify.error());
    ChecksumMetadata checksums(around_.store, around_.tree, *verify, around_.wish.checksum_lists,
                               around_.progress);
    const auto finished = finish_plan(checksums, upstream, fetching, listing, plan);
    if (!finished) return failed_to_fetch(finished.error());
    if (!*finished && !is_last) return false;
    parts_.planned = tell_plan(plan, around_.wish, checksums.fetched());
    teach(listing, plan);
    FetchResult fetched;
    const auto came = fetch_rest(upstream, fetching, listed, plan, checksums, fetched, is_last);
    if (!came) return came;
    if (!*came) return false;
    *room = {};
    auto doubtful = doubt_files(around_, fetching, parts_.upstream, checks_what_it_sends(upstream), listing,
                                fetched, checksums.sets());
    hold_back_sets(listed.sets, plan, listing, fetched, doubtful);
    hold_back_badly_signed(listing, fetched, doubtful);
    return end_with(ending.with({.listed = listed,
                                 .plan = plan,
                                 .fetched = fetched,
                                 .sets = checksums.sets(),
                                 .doubtful = doubtful,
                                 .replaced = fetching.replaced(),
                                 .transferred = fetching.traffic().transferred,
                                 .is_adopted = upstream.is_shared()}));
}

// For what is to be fetched, until it has come.
Result<RoomBook::Booking> SyncRun::book_room(Bytes bytes) {
    return around_.store.room_book().book(bytes, around_.progress, [&](Bytes others) {
        return enough_room(around_.store, bytes, around_.wish.min_free, "fetched", "fetched", others);
    });
}

// Also where nothing comes of it.
void SyncRun::note_behind() {
    if (tree_.behind_since != level) return;
    tree_.behind_since = around_.clock();
    around_.store.catalogue().trees().set_behind(tree_.id, tree_.behind_since);
}

Result<bool> SyncRun::end_with(Ended ended) {
    parts_.ended = std::move(ended);
    if (parts_.ended->error) return *parts_.ended->error;
    return true;
}

Plan SyncRun::make_plan(const Listing& listing) const {
    auto& store = around_.store;
    return plan_tree_sync(&store.catalogue(), &store.blobs(), around_.tree, around_.wish, listing,
                          superseded_);
}

Result<bool> SyncRun::fetch_rest(Upstream& upstream, TreeFetch& fetching, TreeListing& listed,
                                 const Plan& plan, ChecksumMetadata& checksums, FetchResult& fetched,
                                 bool is_last) {
    auto& listing = listed.listing;
    around_.progress.start("fetch", plan.fetch.size(), plan.fetched.bytes);
    const Refusals refusals(around_, checksums.sets());
    FetchResult refused;
    const auto wanted = refusals.worth_fetching(plan.fetch, listing, refused);
    auto came = fetching.fetch(upstream, listing, wanted, checksums.sets());
    if (!came) return failed_to_fetch(came.error());
    std::erase_if(came->changed, [&](const Listing::Place place) {
        return listed.perhaps.contains(listing.path_of(place));
    });
    if (!came->changed.empty() && !is_last) return false;
    const auto moved = upstream.moved(folders_of(fetching.guessed(), listing), around_.progress);
    if (!moved) return failed_to_fetch(moved.error());
    if (!moved->empty() && !is_last) return false;
    note_moved(*moved, fetching.guessed(), listing, *came);
    const auto compared = checksums.compare_same(listing, came->same);
    if (!compared) return compared.error();
    quarantine_changed(listing, *came);
    fetching.fetch_elsewhere(parts_.upstream, listing, *came);
    fetched = std::move(*came);
    fetched.add(std::move(refused));
    const auto judged = check_signed_files(around_, listed.to_be_signed, listing, fetched);
    refusals.remember(listing, fetched);
    if (!judged) return judged.error();
    return true;
}

// By rsync's own sums of whole files; what is shared was never sent.
bool SyncRun::checks_what_it_sends(const Upstream& upstream) {
    if (upstream.is_shared()) return true;
    const auto kind = kind_of(upstream.name());
    return kind && *kind == UpstreamKind::rsync;
}

// What was read may tell that a content is here already, so the plan is made again each time.
Result<bool> SyncRun::finish_plan(Metadata& metadata, Upstream& upstream, TreeFetch& fetching,
                                  Listing& listing, Plan& plan) {
    while (const auto wanted = metadata.wants(listing, plan)) {
        ChecksumSets none;
        const auto came = fetching.fetch(upstream, listing, *wanted, none);
        if (!came) return came.error();
        if (!came->changed.empty()) return false;
        const auto read = metadata.read(listing, plan, *came);
        if (!read) return read.error();
        plan = make_plan(listing);
    }
    return true;
}

Result<Verifier> SyncRun::verifier() {
    if (around_.wish.keyring.empty()) return Verifier();
    if (!keyring_) {
        auto keyring = Keyring::read(around_.wish.keyring);
        if (!keyring) return keyring.error();
        keyring_ = std::move(*keyring);
    }
    return verifier_with(*keyring_, around_.progress.stop_token());
}

}  // namespace mirrorseed::sync
