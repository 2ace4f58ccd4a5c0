#include "sync/sync_run.hpp"

#include "core/http_url.hpp"
#include "core/shown_url.hpp"
#include "core/text.hpp"
#include "sync/candidate.hpp"
#include "sync/checkout.hpp"
#include "sync/hold_back.hpp"
#include "sync/known_blobs.hpp"
#include "sync/read_sets.hpp"
#include "sync/store_landing.hpp"
#include "sync/tree_markers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace mirrorseed::sync {
namespace {

// How often a run lists an upstream again that changes while its files come.
constexpr int most_listings = 3;
// Markers are believed for this long; then all is listed, in case one of them lied.
constexpr UnixTime longest_by_markers = 24 * 3600;

class NoEntries final : public EntrySource {
public:
    const NamedEntry* next(std::string_view&) override { return nullptr; }
};

// A checksum that is no SHA-256, of a file that is coming.
class ListedCheck final : public ContentCheck {
public:
    explicit ListedCheck(const Checksum& expected) : expected_(expected), maker_(expected.kind) {}

    void see(ByteSpan bytes) override { maker_.see(bytes); }
    Status verdict() override {
        const auto is = maker_.finish();
        if (is == expected_) return {};
        return Error(Fault::damaged, fmt::format("its {} is {} and should be {}",
                                                 checksum_name(expected_.kind), is.hex(), expected_.hex()));
    }

private:
    Checksum expected_;
    ChecksumMaker maker_;
};

std::string host_of(const std::string& upstream) {
    const auto begin = upstream.find("://");
    if (begin == std::string::npos) return {};
    const auto rest = upstream.substr(begin + 3);
    return rest.substr(0, rest.find_first_of("/:"));
}

}  // namespace

Plan make_plan(Catalogue* catalogue, const TreeRow& tree, const Wish& wish, Listing& listing) {
    Known known;
    if (catalogue == nullptr || tree.id == 0) {
        NoEntries nothing;
        return plan_sync(listing, nothing, known, wish.max_delete);
    }
    auto& contents = catalogue->contents();
    contents.each_staged(tree.id, [&](const StagedFile& file) { recall_staged(listing, file); });
    for (auto& item : contents.left_out(tree.id))
        if (item.withdrawn) known.withdrawn.emplace(item.path, *item.withdrawn);
    known.blob_size = known_blobs(contents, listing);
    const auto current = catalogue->entries().all(tree.id, tree.generation);
    return plan_sync(listing, *current, known, wish.max_delete);
}

void tell_plan(SyncResult& result, const Plan& plan, const Wish& wish) {
    result.fetch = plan.fetched;
    result.reuse = plan.reused;
    result.remove = plan.removed;
    result.total = plan.total;
    result.left_out = plan.left_out;
    result.held_reason = wish.allow_deletes ? std::string() : plan.held_reason;
}

SyncRun::SyncRun(Store& store, const Wish& wish, const Clock& clock, Progress& progress)
    : store_(store), wish_(wish), clock_(clock), progress_(progress) {
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
    const auto followed = follow_publish(store_, wish_.tree, wish_.keeping, clock_, progress_);
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

// What is published fits together: when anything is not as it was listed, the whole is listed again, and what
// came meanwhile is here already.
Status SyncRun::sync_from(Upstream& upstream) {
    for (int listings = 1;; ++listings) {
        auto listing = list(upstream);
        if (!listing) return upstream_failed(listing.error());
        const auto done = sync_listing(upstream, *listing, listings == most_listings);
        if (!done) return done.error();
        if (*done) return {};
        const auto rested = progress_.rest(listings * wish_.rest_between_listings);
        if (!rested) return rested;
    }
}

Result<Listing> SyncRun::list(Upstream& upstream) {
    progress_.start("list");
    by_markers_ = false;
    std::optional<Listing> known;
    if (may_trust_markers()) known = listing_by_markers(upstream, store_, tree_, progress_);
    by_markers_ = known.has_value();
    auto listing = known ? Result<Listing>(std::move(*known)) : upstream.list(wish_.selection, progress_);
    if (!listing) return listing;
    const auto quiet = honour_markers(*listing);
    if (!quiet) return quiet.error();
    // Our own trace is no news to the upstream, and stays what it is until something is published.
    trace_ = own_trace(*listing, wish_.host);
    if (trace_) {
        const auto held = store_.catalogue().entries().find(tree_.id, tree_.generation, *trace_);
        if (held)
            listing->put(*trace_, *held);
        else
            listing->take_out(*trace_);
    }
    return listing;
}

bool SyncRun::may_trust_markers() const {
    return !wish_.full && tree_.generation > 0 && tree_.candidate == 0 && !tree_.paused &&
           tree_.listed_for == wish_.terms && clock_() - tree_.listed_at < longest_by_markers;
}

Result<bool> SyncRun::sync_listing(Upstream& upstream, Listing& listing, bool is_last) {
    auto plan = make_plan(&store_.catalogue(), tree_, wish_, listing);
    tell_plan(result_, plan, wish_);
    if (plan.changes_nothing()) {
        const auto done = nothing_new(plan);
        if (!done) return done.error();
        return true;
    }
    const auto room = upstream.is_shared() ? Status() : enough_room(plan);
    if (!room) return room.error();

    const auto verify = verifier();
    if (!verify) return verify.error();
    const auto fetch_some = [&](const std::vector<Plan::Fetch>& wanted) {
        return fetch(upstream, listing, wanted);
    };
    auto reading = read_checksum_sets(store_, tree_, listing, plan, *verify, fetch_some, progress_);
    if (!reading) return reading.error();
    if (reading->upstream_changed && !is_last) return false;
    sets_ = std::move(reading->sets);
    // Lists tell digests, and what has one may be here already.
    plan = make_plan(&store_.catalogue(), tree_, wish_, listing);
    tell_plan(result_, plan, wish_);
    result_.fetch += reading->fetched;  // here already, and not by way of reuse
    result_.reuse -= reading->fetched;
    progress_.start("fetch", plan.fetch.size(), plan.fetched.bytes);
    auto fetched = fetch(upstream, listing, plan.fetch);
    if (!fetched) return fetched.error();
    if (!fetched->changed.empty() && !is_last) return false;
    for (const auto place : fetched->changed)
        fetched->quarantined.push_back({listing.path_of(place), "it changes all the time"});
    fetch_elsewhere(listing, *fetched);
    const auto done = settle(listing, plan, *fetched);
    if (!done) return done.error();
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

Result<FetchResult> SyncRun::fetch(Upstream& upstream, Listing& listing,
                                   const std::vector<Plan::Fetch>& wanted) {
    StoreLanding landing(store_, tree_, &*memory_, clock_);
    const FetchWish wish{.retry = {.retries = wish_.manners.retries},
                         .watch_for = wish_.watch_for,
                         .check_for = [this](const RelPath& path) -> std::unique_ptr<ContentCheck> {
                             for (const auto& expected : sets_.expected(path))
                                 if (!expected.digest()) return std::make_unique<ListedCheck>(expected);
                             return nullptr;
                         }};
    auto fetched = fetch_files(upstream, listing, wanted, wish, landing, progress_);
    replaced_.insert(replaced_.end(), landing.replaced().begin(), landing.replaced().end());
    if (!fetched) return fetched;
    result_.transferred += fetched->transferred;
    result_.delta += fetched->delta;
    learn_same(listing, fetched->same);
    return fetched;
}

// A file whose digest is known may come from anywhere.
void SyncRun::fetch_elsewhere(Listing& listing, FetchResult& fetched) {
    for (const auto& url : wish_.upstreams) {
        std::vector<Plan::Fetch> wanted;
        for (const auto& item : fetched.quarantined) {
            const auto place = listing.place_of(item.path);
            if (place && listing.at(*place).entry.digest) wanted.push_back({.place = *place, .held = false});
        }
        if (wanted.empty() || progress_.stop_requested()) return;
        if (without_credentials(url) == result_.upstream) continue;
        const auto upstream = open_upstream(url, wish_.manners);
        if (!upstream) continue;
        std::sort(wanted.begin(), wanted.end(),
                  [](const auto& a, const auto& b) { return a.place < b.place; });
        StoreLanding landing(store_, tree_, nullptr, clock_);
        const FetchWish wish{.retry = {.retries = 1}, .watch_for = wish_.watch_for, .by_digest = true};
        const auto got = fetch_files(**upstream, listing, wanted, wish, landing, progress_);
        if (!got) continue;
        result_.transferred += got->transferred;
        const auto came = [&](Listing::Place place) {
            return std::any_of(wanted.begin(), wanted.end(),
                               [&](const auto& item) { return item.place == place; }) &&
                   !std::binary_search(got->missing.begin(), got->missing.end(), place);
        };
        std::erase_if(fetched.quarantined,
                      [&](const LeftOut& item) { return came(listing.place_of(item.path).value()); });
        std::erase_if(fetched.missing, came);
    }
}

// Files that the upstream says are as they were are known from now on as those that came. Of those that are
// listed by name alone nothing new was learned.
void SyncRun::learn_same(const Listing& listing, const std::vector<Listing::Place>& same) {
    std::vector<Learned> learned;
    for (const auto place : same) {
        const auto listed = listing.at(place);
        auto held = store_.catalogue().entries().find(tree_.id, tree_.generation, listing.path_of(place));
        if (listed.sureness == Sureness::rough && held && held->digest)
            learned.push_back({listing.path_of(place), std::move(*held), listed.validator});
    }
    if (learned.empty()) return;
    auto transaction = store_.catalogue().begin();
    memory_->learn(learned);
    transaction.commit();
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

Status SyncRun::nothing_new(const Plan& plan) {
    abandon_candidate(store_, wish_.tree);
    store_.catalogue().contents().set_left_out(tree_.id, plan.left_out);
    store_.catalogue().contents().clear_staged(tree_.id);
    store_.catalogue().trees().set_paused(tree_.id, false);
    result_.outcome = Outcome::unchanged;
    result_.held_reason.clear();
    if (tree_.generation == 0) publish_empty();
    settled(true);
    return clear_staging(store_, tree_);
}

// An upstream that is empty from the start is a tree all the same.
void SyncRun::publish_empty() {
    commit_generation(store_, tree_, {.published = clock_(), .upstream = result_.upstream});
    result_.generation = 1;
    (void)follow_publish(store_, wish_.tree, wish_.keeping, clock_, progress_).has_value();
    result_.outcome = Outcome::published;
}

Status SyncRun::settle(Listing& listing, const Plan& plan, FetchResult& fetched) {
    std::vector<RelPath> bad;
    for (const auto& item : fetched.quarantined) {
        sets_.blame(item.path, escape_text(item.path.str()) + ": " + item.reason);
        bad.push_back(item.path);
    }
    result_.quarantined = fetched.quarantined;
    for (const auto& held : sets_.held())
        result_.quarantined.push_back({held.folder, held.reason});
    result_.left_out.insert(result_.left_out.end(), fetched.withdrawn.begin(), fetched.withdrawn.end());
    result_.left_out.insert(result_.left_out.end(), sets_.notes().begin(), sets_.notes().end());

    const HoldBack hold_back(bad, listing);
    const bool holds = !bad.empty() || !sets_.held().empty();
    KeepsOld keeps_old;
    if (holds)
        keeps_old = [&](const RelPath& path, std::optional<EntryKind> before,
                        std::optional<EntryKind> after) {
            return hold_back.keeps_old(path, before, after) || sets_.holding(path) != nullptr;
        };
    auto row = build_candidate(store_, tree_, listing, plan, fetched, keeps_old, progress_);
    if (!row) return row.error();
    result_.total = {row->files, row->bytes};
    const auto reason = why_held(listing, plan);
    if (!reason.empty()) {
        store_.catalogue().trees().hold_candidate(tree_.id, reason);
        result_.held_reason = reason;
        result_.outcome = Outcome::held;
        settled(false);
        return {};
    }
    // What was to come was refused or has vanished, and nothing else is new.
    const bool same_names = row->added == 0 && row->changed == 0 && row->removed == 0;
    const bool same_folders = plan.remove.empty() && plan.settle.size() == plan.idle;
    if (same_names && (same_folders || holds) && tree_.generation != 0) {
        abandon_candidate(store_, wish_.tree);
        store_.catalogue().trees().set_paused(tree_.id, false);
        result_.outcome = Outcome::unchanged;
        settled(!holds);
        return clear_staging(store_, tree_);
    }
    auto published = publish(listing, std::move(*row));
    settled(!holds);
    return published;
}

std::string SyncRun::why_held(const Listing& listing, const Plan& plan) const {
    std::string reason = wish_.allow_deletes ? std::string() : plan.held_reason;
    const auto also = [&](const std::string& why) {
        if (!why.empty()) reason += (reason.empty() ? "" : "; and ") + why;
    };
    also(plan.backwards);
    also(went_backwards(held_freshness(store_, tree_), listed_freshness(store_, listing)));
    const auto& bad = result_.quarantined;
    if (!bad.empty() && !wish_.publish_without_bad_files)
        also(fmt::format("{} {} could not be had, the first of them {}: {}", bad.size(),
                         bad.size() == 1 ? "file" : "files", escape_text(bad.front().path.str()),
                         escape_text(bad.front().reason)));
    return reason;
}

Status SyncRun::publish(const Listing& listing, GenerationRow row) {
    const auto traced = write_trace(listing, row);
    if (!traced) return traced;
    row.published = clock_();
    row.upstream = result_.upstream;
    store_.catalogue().trees().set_paused(tree_.id, false);
    commit_generation(store_, tree_, row);
    result_.generation = tree_.generation + 1;
    result_.outcome = Outcome::published;
    for (const auto& digest : replaced_)
        if (const auto shown = show_anew(store_, digest); !shown) return shown;
    // From here on the generation is published whatever happens; the next run does again what fails now.
    const auto followed = follow_publish(store_, wish_.tree, wish_.keeping, clock_, progress_);
    if (!followed)
        return followed.error().within("generation " + std::to_string(result_.generation) +
                                       " is published, but what follows it is unfinished");
    return clear_staging(store_, tree_);
}

// Others learn from project/trace/HOST when this mirror was brought up to date, and from where.
Status SyncRun::write_trace(const Listing& listing, GenerationRow& row) {
    if (!trace_) return {};
    const auto text = text_of({.host = wish_.host,
                               .started = started_,
                               .ended = clock_(),
                               .serial = listed_freshness(store_, listing).serial(),
                               .upstream_host = host_of(result_.upstream),
                               .received = result_.transferred});
    const auto entry = add_content(store_, tree_, text, clock_());
    if (!entry) return entry.error();
    const auto held = store_.catalogue().entries().find(tree_.id, tree_.generation, *trace_);
    auto transaction = store_.catalogue().begin();
    store_.catalogue().entries().put(tree_.id, tree_.generation + 1, trace_->parent(), trace_->name(),
                                     *entry);
    transaction.commit();
    row.bytes += entry->size - (held ? held->size : 0);
    row.entries += held ? 0 : 1;
    row.files += held ? 0 : 1;
    ++(held ? row.changed : row.added);
    return {};
}

// A tree that is exactly what a whole listing said may be looked after by markers for a while.
void SyncRun::settled(bool whole) {
    if (whole && by_markers_) return;
    store_.catalogue().trees().set_listed(tree_.id, whole ? wish_.terms : std::string(), clock_());
}

}  // namespace mirrorseed::sync
