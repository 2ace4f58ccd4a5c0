#include "sync/run/tree_settling.hpp"

#include "core/text.hpp"
#include "sync/generation/candidate.hpp"
#include "sync/generation/checkout.hpp"
#include "sync/run/hold_back.hpp"
#include "sync/run/our_trace.hpp"
#include "sync/run/store_landing.hpp"
#include "sync/run/tree_markers.hpp"

namespace mirrorseed::sync {

TreeSettling::TreeSettling(Publisher& publisher, const TreeRow& tree, const Wish& wish, UnixTime started,
                           SyncResult& result)
    : publisher_(publisher),
      store_(publisher.store()),
      tree_(tree),
      wish_(wish),
      started_(started),
      result_(result) {}

Status TreeSettling::settle_as_before(const TreeListing& listed) {
    const auto row = store_.catalogue().trees().generation(tree_.id, tree_.generation);
    if (row) result_.total = {row->files, row->bytes};
    result_.left_out = store_.catalogue().contents().left_out(tree_.id);
    return stay(listed);
}

Status TreeSettling::settle_unchanged(const TreeListing& listed, const Plan& plan) {
    store_.catalogue().contents().set_left_out(tree_.id, plan.left_out);
    return stay(listed);
}

Status TreeSettling::stay(const TreeListing& listed) {
    abandon_candidate(store_, wish_.tree);
    store_.catalogue().contents().clear_staged(tree_.id);
    store_.catalogue().trees().set_paused(tree_.id, false);
    result_.outcome = Outcome::unchanged;
    result_.held_reason.clear();
    if (tree_.generation == 0) {
        const auto published = publish_empty();
        if (!published) return published;
    }
    remember_match(store_, tree_, wish_, listed, Match::whole, publisher_.now());
    return clear_staging(store_, tree_);
}

// An upstream that is empty from the start is a tree all the same.
Status TreeSettling::publish_empty() {
    const auto committed = publisher_.commit(tree_, {.upstream = result_.upstream}, Pause::ends);
    if (!committed) return committed;
    result_.generation = 1;
    (void)publisher_.follow(wish_.tree).has_value();
    result_.outcome = Outcome::published;
    return {};
}

Status TreeSettling::settle(const Brought& brought) {
    const auto kept = tell_bad_files(brought);
    auto row = build(brought, kept);
    if (!row) return row.error();
    result_.total = {row->files, row->bytes};
    const auto match = kept == OldNames::none ? Match::whole : Match::in_part;
    const auto& listed = brought.listed;
    const auto backwards =
        went_backwards(held_freshness(store_, tree_), listed_freshness(store_, listed.listing));
    const auto reason = why_held(wish_, brought.plan, backwards, result_.quarantined);
    if (!reason.empty()) {
        hold(reason);
        remember_match(store_, tree_, wish_, listed, Match::in_part, publisher_.now());
        return {};
    }
    if (tree_.generation != 0 && is_as_published(*row, brought.plan, kept)) {
        abandon_candidate(store_, wish_.tree);
        store_.catalogue().trees().set_paused(tree_.id, false);
        result_.outcome = Outcome::unchanged;
        remember_match(store_, tree_, wish_, listed, match, publisher_.now());
        return clear_staging(store_, tree_);
    }
    auto published = publish(brought, std::move(*row));
    if (result_.outcome == Outcome::published)
        remember_match(store_, tree_, wish_, listed, match, publisher_.now());
    return published;
}

OldNames TreeSettling::tell_bad_files(const Brought& brought) {
    auto& sets = brought.sets;
    const auto& fetched = brought.fetched;
    for (const auto& item : fetched.quarantined)
        sets.blame(item.path, escape_text(item.path.str()) + ": " + item.reason);
    result_.quarantined = fetched.quarantined;
    for (const auto& held : sets.held())
        result_.quarantined.push_back({held.folder, held.reason});
    auto& left_out = result_.left_out;
    left_out.insert(left_out.end(), fetched.withdrawn.begin(), fetched.withdrawn.end());
    left_out.insert(left_out.end(), sets.notes().begin(), sets.notes().end());
    return result_.quarantined.empty() ? OldNames::none : OldNames::some;
}

Result<GenerationRow> TreeSettling::build(const Brought& brought, OldNames kept) {
    std::vector<RelPath> bad;
    for (const auto& item : brought.fetched.quarantined)
        bad.push_back(item.path);
    const HoldBack hold_back(bad, brought.listed.listing);
    KeepsOld keeps_old;
    if (kept == OldNames::some)
        keeps_old = [&](const RelPath& path, std::optional<EntryKind> before,
                        std::optional<EntryKind> after) {
            return hold_back.keeps_old(path, before, after) || brought.sets.holding(path) != nullptr;
        };
    return build_candidate(store_, tree_, brought.listed.listing, brought.plan, brought.fetched, keeps_old,
                           publisher_.progress());
}

void TreeSettling::hold(const std::string& reason) {
    store_.catalogue().trees().hold_candidate(tree_.id, reason);
    result_.held_reason = reason;
    result_.outcome = Outcome::held;
}

Status TreeSettling::publish(const Brought& brought, GenerationRow row) {
    const auto traced = put_trace(brought.listed, row);
    if (!traced) return traced;
    row.upstream = result_.upstream;
    const auto committed = publisher_.commit(tree_, row, Pause::ends);
    if (!committed) return committed;
    result_.generation = tree_.generation + 1;
    result_.outcome = Outcome::published;
    for (const auto& digest : brought.replaced)
        if (const auto shown = show_anew(store_, digest); !shown) return shown;
    // From here on the generation is published whatever happens; the next run does again what fails now.
    const auto followed = publisher_.follow(wish_.tree);
    if (!followed)
        return followed.error().within("generation " + std::to_string(result_.generation) +
                                       " is published, but what follows it is unfinished");
    return clear_staging(store_, tree_);
}

Status TreeSettling::put_trace(const TreeListing& listed, GenerationRow& row) {
    if (!listed.own_trace) return {};
    return put_our_trace(store_, tree_, *listed.own_trace,
                         {.host = wish_.host,
                          .started = started_,
                          .ended = publisher_.now(),
                          .serial = listed_freshness(store_, listed.listing).serial(),
                          .upstream_host = host_of(result_.upstream),
                          .received = result_.transferred},
                         row);
}

}  // namespace mirrorseed::sync
