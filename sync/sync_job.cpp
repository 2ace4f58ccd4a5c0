#include "sync/sync_job.hpp"

#include "core/shown_url.hpp"
#include "core/text.hpp"
#include "sync/candidate.hpp"
#include "sync/catalogue_listing_memory.hpp"
#include "sync/checkout.hpp"
#include "sync/file_upstream.hpp"
#include "sync/known_blobs.hpp"
#include "sync/store_landing.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>

namespace mirrorseed::sync {
namespace {

class NoEntries final : public EntrySource {
public:
    const NamedEntry* next(std::string_view&) override { return nullptr; }
};

// How often a run lists an upstream again that changes while its files come.
constexpr int most_listings = 3;
constexpr std::chrono::milliseconds rest_between_listings{1000};

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
    known.has_blob = known_blobs(contents, listing);
    const auto current = catalogue->entries().all(tree.id, tree.generation);
    return plan_sync(listing, *current, known, wish.max_delete);
}

void tell_plan(SyncResult& result, const Plan& plan, const Wish& wish) {
    result.fetch = plan.fetched;
    result.reuse = plan.reused;
    result.remove = plan.removed;
    result.total = plan.total;
    result.left_out = plan.left_out;
    if (!wish.allow_deletes) result.held_reason = plan.held_reason;
}

double seconds_since(std::chrono::steady_clock::time_point started) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
}

// What a run gets its files from.
using Open = std::function<Result<std::unique_ptr<Upstream>>(ListingMemory*)>;

class Job {
public:
    Job(Store& store, const Wish& wish, const Clock& clock, Progress& progress)
        : store_(store), wish_(wish), clock_(clock), progress_(progress) {
        result_.tree = wish.tree;
    }

    SyncResult run(const std::string& url, const Open& open) {
        const auto started = std::chrono::steady_clock::now();
        progress_.about(wish_.tree);
        const auto run = begin_run(url);
        Status done;
        try {
            done = open_and_sync(url, open);
        } catch (const Failure& failure) {
            // The catalogue may be what failed; if it can still be written, the run is told of there.
            result_.error = failure.error();
            try_to_end_run(run);
            throw;
        }
        if (!done) {
            result_.outcome = Outcome::failed;
            result_.error = done.error();
        }
        result_.seconds = seconds_since(started);
        end_run(run);
        return std::move(result_);
    }

    // Whether another upstream may do better.
    bool failed_for_its_upstream() const noexcept { return upstream_failed_; }

private:
    std::int64_t begin_run(const std::string& url) {
        const auto tree = store_.catalogue().trees().ensure(wish_.tree);
        return store_.catalogue().runs().start(tree.id, without_credentials(url), clock_());
    }

    void end_run(std::int64_t run) {
        store_.catalogue().runs().end(run, {.ended = clock_(),
                                            .outcome = std::string(outcome_name(result_.outcome)),
                                            .error = result_.error ? result_.error->text() : "",
                                            .transferred = result_.transferred});
    }

    void try_to_end_run(std::int64_t run) noexcept {
        try {
            end_run(run);
        } catch (const Failure&) {
            // What is on its way up tells more.
        }
    }

    Status open_and_sync(const std::string& url, const Open& open) {
        auto& trees = store_.catalogue().trees();
        tree_ = trees.ensure(wish_.tree);
        result_.generation = tree_.generation;
        // A publish that was cut off is finished first, so that two of them never mix.
        const auto known = catalogue_knows_all(store_, wish_.tree);
        if (!known) return known;
        // Where that does not come to its end (an unwritable checkout, say), a newer tree is wanted all the
        // same.
        const auto followed = follow_publish(store_, wish_.tree, wish_.keeping, clock_, progress_);
        const auto may_go_on = progress_.go_on();
        if (!may_go_on) return may_go_on;
        tree_ = trees.ensure(wish_.tree);
        forget_listings_of_others();
        memory_.emplace(store_.catalogue(), tree_.id, without_credentials(url),
                        CatalogueListingMemory::Use::remember);
        const auto upstream = open(&*memory_);
        if (!upstream) return upstream_failed(upstream.error());
        result_.upstream = (*upstream)->name();
        const auto synced = sync_from(**upstream);
        if (synced && !followed && result_.outcome != Outcome::published) return followed;
        return synced;
    }

    void forget_listings_of_others() {
        std::vector<std::string> used;
        for (const auto& upstream : wish_.upstreams)
            used.push_back(without_credentials(upstream));
        store_.catalogue().listings().forget_other_upstreams(tree_.id, used);
    }

    Error upstream_failed(const Error& error) {
        upstream_failed_ = !progress_.stop_requested();
        return error;
    }

    // What is published fits together: when anything is not as it was listed, the whole is listed again, and
    // what came meanwhile is here already.
    Status sync_from(Upstream& upstream) {
        for (int listings = 1;; ++listings) {
            progress_.start("list");
            auto listing = upstream.list(wish_.selection, progress_);
            if (!listing) return upstream_failed(listing.error());
            const auto plan = make_plan(&store_.catalogue(), tree_, wish_, *listing);
            tell_plan(result_, plan, wish_);
            if (plan.changes_nothing()) return nothing_new(plan);
            auto fetched = fetch(upstream, *listing, plan);
            if (!fetched) return fetched.error();
            if (!fetched->changed.empty() && listings < most_listings) {
                const auto rested = progress_.rest(listings * rest_between_listings);
                if (!rested) return rested;
                continue;
            }
            for (const auto place : fetched->changed)
                fetched->quarantined.push_back({listing->path_of(place), "it changes all the time"});
            result_.quarantined = fetched->quarantined;
            result_.left_out.insert(result_.left_out.end(), fetched->withdrawn.begin(),
                                    fetched->withdrawn.end());
            return settle(*listing, plan, *fetched);
        }
    }

    Result<FetchResult> fetch(Upstream& upstream, Listing& listing, const Plan& plan) {
        const auto room = upstream.is_shared() ? Status() : enough_room(plan);
        if (!room) return room.error();
        progress_.start("fetch", plan.fetch.size(), plan.fetched.bytes);
        StoreLanding landing(store_, tree_, &*memory_, clock_);
        const FetchWish wish{.retry = {.retries = wish_.manners.retries}, .watch_for = wish_.watch_for};
        auto fetched = fetch_files(upstream, listing, plan.fetch, wish, landing, progress_);
        for (const auto& digest : landing.replaced())
            replaced_.push_back(digest);
        if (fetched) result_.transferred += fetched->transferred;
        if (fetched) learn_same(listing, fetched->same, landing);
        return fetched;
    }

    // Files that the upstream says are as they were are known from now on as those that came. Of those that
    // are listed by name alone nothing new was learned.
    void learn_same(const Listing& listing, const std::vector<Listing::Place>& same, StoreLanding& landing) {
        std::vector<Learned> learned;
        for (const auto place : same) {
            const auto listed = listing.at(place);
            auto held = landing.held(listing.path_of(place));
            if (listed.sureness == Sureness::rough && held && held->digest)
                learned.push_back({listing.path_of(place), std::move(*held), listed.validator});
        }
        if (learned.empty()) return;
        auto transaction = store_.catalogue().begin();
        memory_->learn(learned);
        transaction.commit();
    }

    Status nothing_new(const Plan& plan) {
        abandon_candidate(store_, wish_.tree);
        store_.catalogue().contents().set_left_out(tree_.id, plan.left_out);
        store_.catalogue().contents().clear_staged(tree_.id);
        store_.catalogue().trees().set_paused(tree_.id, false);
        result_.outcome = tree_.generation == 0 ? publish_empty() : Outcome::unchanged;
        result_.held_reason.clear();
        return {};
    }

    // An upstream that is empty from the start is a tree all the same.
    Outcome publish_empty() {
        commit_generation(store_, tree_, {.published = clock_(), .upstream = result_.upstream});
        result_.generation = 1;
        (void)follow_publish(store_, wish_.tree, wish_.keeping, clock_, progress_).has_value();
        return Outcome::published;
    }

    Status enough_room(const Plan& plan) {
        const auto space = space_at(store_.places().store);
        if (!space) return space.error();
        if (space->free >= plan.fetched.bytes && space->free - plan.fetched.bytes >= wish_.min_free)
            return {};
        return Error(
            Fault::no_space,
            fmt::format("not enough space in {}: {} are to be fetched, {} are free and min_free is {}; "
                        "nothing was fetched",
                        store_.places().store, format_size(plan.fetched.bytes), format_size(space->free),
                        format_size(wish_.min_free)));
    }

    Status settle(const Listing& listing, const Plan& plan, const FetchResult& fetched) {
        auto row = build_candidate(store_, tree_, listing, plan, fetched, progress_);
        if (!row) return row.error();
        result_.total = {row->files, row->bytes};
        const auto reason = why_held(plan, fetched);
        if (!reason.empty()) {
            store_.catalogue().trees().hold_candidate(tree_.id, reason);
            result_.held_reason = reason;
            result_.outcome = Outcome::held;
            return {};
        }
        // What was to come was refused or has vanished, and nothing else is new.
        const bool same_names = row->added == 0 && row->changed == 0 && row->removed == 0;
        const bool same_folders = plan.remove.empty() && plan.settle.size() == plan.idle;
        if (same_names && same_folders && tree_.generation != 0) {
            abandon_candidate(store_, wish_.tree);
            store_.catalogue().trees().set_paused(tree_.id, false);
            result_.outcome = Outcome::unchanged;
            return clear_staging(store_, tree_);
        }
        row->published = clock_();
        row->upstream = result_.upstream;
        store_.catalogue().trees().set_paused(tree_.id, false);
        commit_generation(store_, tree_, *row);
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

    std::string why_held(const Plan& plan, const FetchResult& fetched) {
        auto reason = wish_.allow_deletes ? std::string() : plan.held_reason;
        if (fetched.quarantined.empty() || wish_.publish_without_bad_files) return reason;
        if (!reason.empty()) reason += "; and ";
        return reason + fmt::format("{} {} could not be had, the first of them {}: {}",
                                    fetched.quarantined.size(),
                                    fetched.quarantined.size() == 1 ? "file" : "files",
                                    escape_text(fetched.quarantined.front().path.str()),
                                    escape_text(fetched.quarantined.front().reason));
    }

    Store& store_;
    const Wish& wish_;
    const Clock& clock_;
    Progress& progress_;
    TreeRow tree_;
    std::optional<CatalogueListingMemory> memory_;
    SyncResult result_;
    std::vector<Digest> replaced_;  // were here already, damaged, and came again
    bool upstream_failed_ = false;
};

}  // namespace

std::string_view outcome_name(Outcome outcome) noexcept {
    switch (outcome) {
        case Outcome::published:
            return "published";
        case Outcome::unchanged:
            return "unchanged";
        case Outcome::held:
            return "held";
        case Outcome::failed:
            return "failed";
    }
    return "failed";
}

// Each upstream is a run of its own: nothing of one is mixed with a listing of another.
SyncResult sync_tree(Store& store, const Wish& wish, const Clock& clock, Progress& progress) {
    std::vector<std::string> failures;
    for (std::size_t i = 0;; ++i) {
        const auto& url = wish.upstreams[i];
        Job job(store, wish, clock, progress);
        auto result =
            job.run(url, [&](ListingMemory* memory) { return open_upstream(url, wish.manners, memory); });
        const bool is_last = i + 1 == wish.upstreams.size();
        if (!job.failed_for_its_upstream() || is_last) {
            result.failed_upstreams = std::move(failures);
            return result;
        }
        failures.push_back(result.error->text());
    }
}

SyncResult plan_tree(Catalogue* catalogue, const Wish& wish, Progress& progress) {
    const auto started = std::chrono::steady_clock::now();
    SyncResult result;
    result.tree = wish.tree;
    const auto tree =
        catalogue == nullptr ? TreeRow{} : catalogue->trees().find(wish.tree).value_or(TreeRow{});
    result.generation = tree.generation;
    std::optional<CatalogueListingMemory> memory;
    if (catalogue != nullptr && tree.id != 0)
        memory.emplace(*catalogue, tree.id, without_credentials(wish.upstreams.front()),
                       CatalogueListingMemory::Use::look_up);
    const auto upstream = open_upstream(wish.upstreams.front(), wish.manners, memory ? &*memory : nullptr);
    progress.start("list");
    auto listing = upstream ? (*upstream)->list(wish.selection, progress) : Result<Listing>(upstream.error());
    if (!listing) {
        result.error = listing.error();
        return result;
    }
    result.upstream = (*upstream)->name();
    const auto plan = make_plan(catalogue, tree, wish, *listing);
    tell_plan(result, plan, wish);
    if (!result.held_reason.empty())
        result.outcome = Outcome::held;
    else
        result.outcome = plan.changes_nothing() ? Outcome::unchanged : Outcome::published;
    result.seconds = seconds_since(started);
    return result;
}

SyncResult adopt_folder(Store& store, const Wish& wish, const std::string& folder, const Clock& clock,
                        Progress& progress) {
    return Job(store, wish, clock, progress).run(folder, [&](ListingMemory*) {
        return FileUpstream::open_folder(folder);
    });
}

Result<SharedWriters> find_shared_writers(const std::string& path, Progress& progress) {
    SharedWriters found;
    const auto folder = Folder::open(path);
    if (!folder) return folder.error();
    const auto upstream = FileUpstream::open_folder(path);
    if (!upstream) return upstream.error();
    progress.start("look");
    const auto listing = (*upstream)->list(Selection(), progress);
    if (!listing) return listing.error();
    for (const auto& listed : listing->folders())
        for (std::size_t at = 0; at < listed.size(); ++at) {
            if (listed.kind(at) != EntryKind::file) continue;
            const auto item = listed.path() / RelPath::parse_name(listed.name(at)).value();
            const auto facts = folder->facts(item);
            if (!facts) continue;
            const bool others =
                (facts->mode & 0022) != 0 || (facts->owner != ::geteuid() && (facts->mode & 0200) != 0);
            if (others && found.files++ == 0) found.example = item;
        }
    return found;
}

Result<Amount> estimate_tree(const Wish& wish, Progress& progress) {
    const auto upstream = open_upstream(wish.upstreams.front(), wish.manners, nullptr);
    if (!upstream) return upstream.error();
    progress.start("list");
    const auto listing = (*upstream)->list(wish.selection, progress);
    if (!listing) return listing.error();
    return Amount{listing->files(), listing->bytes()};
}

}  // namespace mirrorseed::sync
