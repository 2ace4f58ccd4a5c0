#include "sync/run/run_ending.hpp"

#include "core/text.hpp"
#include "sync/generation/candidate.hpp"
#include "sync/generation/candidate_name.hpp"
#include "sync/generation/checkout.hpp"
#include "sync/generation/dressing.hpp"
#include "sync/generation/dropped_upstream.hpp"
#include "sync/run/enough_room.hpp"
#include "sync/run/hold_back.hpp"
#include "sync/run/our_trace.hpp"
#include "sync/run/store_landing.hpp"
#include "sync/run/tree_markers.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_set>
#include <utility>

namespace mirrorseed::sync {
namespace {

const KeepsDoubt all_of_them = [](const RelPath&) { return true; };
const KeepsDoubt none_of_them = [](const RelPath&) { return false; };

Ended with_error(Ended ended, const Status& done) {
    if (!done) ended.error = done.error();
    return ended;
}

// Files of the listing that did not come, and that have a digest to ask for them by.
std::vector<NotHeldFile> named_and_missing(const Brought& brought) {
    std::vector<NotHeldFile> files;
    const auto& listing = brought.listed.listing;
    for (const auto place : brought.fetched.missing) {
        const auto entry = listing.at(place).entry;
        const bool is_open = entry.kind == EntryKind::file && entry.digest && !entry.hidden;
        if (is_open) files.push_back({listing.path_of(place), entry.size, entry.digest});
    }
    return files;
}

}  // namespace

Ended RunEnding::as_before(const TreeListing& listed) {
    Ended ended;
    auto& catalogue = around_.store.catalogue();
    const auto row = catalogue.trees().generation(around_.tree.id, around_.tree.generation);
    if (row) ended.total = {row->files, row->bytes};
    ended.left_out = catalogue.contents().left_out(around_.tree.id);
    return with_warnings(stay(listed, std::move(ended)), all_of_them);
}

Ended RunEnding::unchanged(const TreeListing& listed, const Plan& plan) {
    around_.store.catalogue().contents().set_left_out(around_.tree.id, plan.left_out);
    return with_warnings(stay(listed, {}), none_of_them);
}

Ended RunEnding::with_warnings(Ended ended, const KeepsDoubt& keeps) {
    const auto tree = around_.store.catalogue().trees().find(around_.tree.name);
    if (tree) ended.warnings = shown_doubts(around_.store, *tree, keeps);
    return ended;
}

Ended RunEnding::stay(const TreeListing& listed, Ended ended) {
    const auto left = leave_as_it_is();
    if (!left) return with_error(std::move(ended), left);
    around_.store.catalogue().contents().clear_staged(around_.tree.id);
    around_.store.catalogue().trees().set_behind(around_.tree.id, level);
    ended.outcome = Outcome::unchanged;
    ended.held_reason.emplace();
    note_not_held(listed, std::max<Generation>(around_.tree.generation, 1), {});
    if (around_.tree.generation == 0) {
        const auto published = publish_empty(listed, ended);
        return with_error(std::move(ended), published);
    }
    remember_match(around_, listed, Match::whole);
    return with_error(std::move(ended), clear_staging(around_.store, around_.tree));
}

// A candidate that is dropped, or was never built, leaves the tree as it is and ends a pause.
Status RunEnding::leave_as_it_is() {
    abandon_candidate(around_.store, around_.tree.name);
    return publisher_.end_pause(around_.tree);
}

// An upstream that is empty from the start is a tree all the same.
Status RunEnding::publish_empty(const TreeListing& listed, Ended& ended) {
    const auto committed = publisher_.commit(around_.tree, {.upstream = upstream_}, Pause::ends, level);
    if (!committed) return committed;
    ended.generation = 1;
    ended.outcome = Outcome::published;
    finish(listed, {}, Match::whole, ended);
    return {};
}

Ended RunEnding::with(const Brought& brought) {
    Ended ended;
    // While the checkouts show what is published still.
    auto decided = show_anew(around_.store, brought.replaced, around_.progress);
    if (decided) decided = decide(brought, ended);
    const std::unordered_set<RelPath> names(brought.doubtful.names.begin(), brought.doubtful.names.end());
    const auto waits = [&names, is_held = ended.outcome == Outcome::held](const RelPath& path) {
        return is_held || names.contains(path);
    };
    return with_warnings(with_error(std::move(ended), decided), waits);
}

Status RunEnding::decide(const Brought& brought, Ended& ended) {
    tell_bad_files(brought, ended);
    const auto& waiting = brought.doubtful.waiting;
    const auto kept = ended.quarantined.empty() && waiting.empty() ? OldNames::none : OldNames::some;
    auto row = build(brought, kept);
    if (!row) return row.error();
    note_not_held(brought.listed, around_.tree.generation + 1, named_and_missing(brought));
    ended.total = {row->files, row->bytes};
    const bool is_level = kept == OldNames::none;
    const auto match = is_level && brought.fetched.closed.empty() ? Match::whole : Match::in_part;
    const auto& listed = brought.listed;
    const auto backwards = went_backwards(current_freshness(around_.store, around_.tree),
                                          listed_freshness(around_.store, listed.listing));
    const auto losses =
        held_for_deletions(brought.plan, shrunk_by(brought.plan, listed.listing), around_.wish.max_delete);
    const auto& told = listed.held_reason;
    const auto why =
        why_held(around_.wish, brought.plan, losses, told.empty() ? backwards : told, ended.quarantined);
    ended.held_reason = why;
    // Only now: they hold nobody but themselves.
    ended.quarantined.insert(ended.quarantined.end(), waiting.begin(), waiting.end());
    if (!why.empty()) {
        hold(why, ended);
        remember_match(around_, listed, Match::in_part);
        return {};
    }
    if (around_.tree.generation != 0 && is_as_published(*row, brought.plan, kept)) {
        const auto left = leave_as_it_is();
        if (!left) return left;
        note_not_held(brought.listed, around_.tree.generation, named_and_missing(brought));
        ended.outcome = Outcome::unchanged;
        if (is_level) around_.store.catalogue().trees().set_behind(around_.tree.id, level);
        remember_match(around_, listed, match);
        return clear_staging(around_.store, around_.tree);
    }
    const auto published = publish(brought, std::move(*row), is_level, ended);
    if (!published) return published;
    finish(listed, brought.doubtful.kept, match, ended);
    return {};
}

void RunEnding::hold(const std::string& why, Ended& ended) {
    ended.outcome = Outcome::held;
    ended.candidate = name_of_candidate(around_.store, around_.tree);
    ended.held_reason = with_approval(why, around_.tree.name, ended.candidate);
    around_.store.catalogue().trees().hold_candidate(around_.tree.id, *ended.held_reason, ended.candidate);
}

void RunEnding::tell_bad_files(const Brought& brought, Ended& ended) {
    auto& sets = brought.sets;
    const auto& fetched = brought.fetched;
    for (const auto& item : fetched.quarantined)
        sets.blame(item.path, escape_text(item.path.str()) + ": " + item.reason);
    ended.quarantined = fetched.quarantined;
    for (const auto& set : sets.waiting())
        ended.quarantined.push_back({set.list, set.reason});
    ended.left_out = fetched.withdrawn;
    for (const auto place : fetched.closed)
        ended.left_out.push_back({brought.listed.listing.path_of(place), still_closed});
    ended.left_out.insert(ended.left_out.end(), sets.notes().begin(), sets.notes().end());
}

Result<GenerationRow> RunEnding::build(const Brought& brought, OldNames kept) {
    std::vector<RelPath> bad;
    auto waiting = brought.doubtful.names;
    // A signed index cannot be changed, and goes on without a package; which other indices name it is not
    // guessed.
    for (const auto& item : brought.fetched.quarantined)
        (around_.wish.listed_by ? waiting : bad).push_back(item.path);
    for (const auto& set : brought.sets.waiting())
        waiting.insert(waiting.end(), set.named.begin(), set.named.end());
    const HoldBack hold_back(bad, waiting, brought.listed.listing);
    KeepsOld keeps_old;
    if (kept == OldNames::some)
        keeps_old = [&](const RelPath& path, std::optional<EntryKind> before,
                        std::optional<EntryKind> after) { return hold_back.keeps_old(path, before, after); };
    const auto& wish = around_.wish;
    // What metadata selects is a matter of the terms, and not of a selection alone.
    const bool is_telling =
        !brought.is_adopted && (!wish.listed_by || wish.selects_as(around_.tree.listed_for));
    const DroppedUpstream dropped(brought.listed.listing, wish.selection);
    const auto leaving = [&](const PathEntry& gone) {
        return is_telling ? dropped.leaving(gone) : Leaving::otherwise;
    };
    return build_candidate(around_.store, around_.tree, brought.listed.listing, brought.plan, brought.fetched,
                           keeps_old, leaving, around_.progress);
}

// `beside`: what was to be held and did not come.
void RunEnding::note_not_held(const TreeListing& listed, Generation number, std::vector<NotHeldFile> beside) {
    if (!listed.not_held) return;
    auto files = *listed.not_held;
    files.insert(files.end(), std::move_iterator(beside.begin()), std::move_iterator(beside.end()));
    auto transaction = around_.store.catalogue().begin();
    around_.store.catalogue().not_held().replace(around_.tree.id, number, std::move(files));
    transaction.commit();
}

Status RunEnding::publish(const Brought& brought, GenerationRow row, bool is_level, Ended& ended) {
    const auto traced = put_trace(brought, row);
    if (!traced) return traced;
    row.upstream = upstream_;
    const auto room = enough_room_for_copies();
    if (!room) return room;
    const auto behind = is_level ? std::optional(level) : std::nullopt;
    const auto committed = publisher_.commit(around_.tree, row, Pause::ends, behind);
    if (!committed) return committed;
    ended.generation = around_.tree.generation + 1;
    ended.outcome = Outcome::published;
    return {};
}

// The generation is published whatever happens from here on; the next run does again what fails now.
void RunEnding::finish(const TreeListing& listed, const std::vector<StagedFile>& kept, Match match,
                       Ended& ended) {
    auto& followed = ended.followed;
    const auto generation = ended.generation.value();
    followed.attempt(generation, "staging", [&] {
        for (const auto& file : kept)
            around_.store.catalogue().contents().stage(around_.tree.id, file);
        return Status();
    });
    followed.add(publisher_.follow(around_.tree.name));
    followed.attempt(generation, "staging", [&] { return clear_staging(around_.store, around_.tree); });
    followed.attempt(generation, "listing", [&] {
        remember_match(around_, listed, match);
        return Status();
    });
}

// Before anything is published: a checkout that cannot be brought to it leaves readers of both with two
// states.
Status RunEnding::enough_room_for_copies() const {
    auto& store = around_.store;
    if (!around_.wish.keeping.checkout) return {};
    const auto bytes = room_for_copies(store, around_.tree, around_.tree.generation + 1);
    return bytes == 0 || store.blobs().copies_are_free()
               ? Status()
               : enough_room(store, bytes, around_.wish.min_free, "copied in the checkout", "published");
}

Status RunEnding::put_trace(const Brought& brought, GenerationRow& row) {
    if (!brought.listed.own_trace) return {};
    return put_our_trace(around_.store, around_.tree, *brought.listed.own_trace,
                         {.host = around_.wish.host,
                          .started = started_,
                          .ended = around_.clock(),
                          .serial = listed_freshness(around_.store, brought.listed.listing).serial(),
                          .upstream_host = host_of(upstream_),
                          .received = brought.transferred},
                         row);
}

}  // namespace mirrorseed::sync
