#include "sync/run/run_parts.hpp"

#include <utility>

namespace mirrorseed::sync {

Planned tell_plan(const Plan& plan, const Wish& wish, const Amount& already) {
    Planned planned{.fetched = plan.fetched,
                    .reused = plan.reused,
                    .removed = plan.removed,
                    .total = plan.total,
                    .left_out = plan.left_out,
                    .held_reason = wish.allow_deletes ? std::string() : plan.held_reason};
    planned.fetched += already;
    planned.reused -= already;
    return planned;
}

SyncResult sum_of(RunParts parts) {
    SyncResult result;
    result.tree = std::move(parts.tree);
    result.upstream = std::move(parts.upstream);
    result.generation = parts.generation;
    result.transferred = parts.traffic.transferred;
    result.delta = parts.traffic.delta;
    result.seconds = parts.seconds;
    result.selection = std::move(parts.selection);
    if (auto& planned = parts.planned) {
        result.fetch = planned->fetched;
        result.reuse = planned->reused;
        result.remove = planned->removed;
        result.total = planned->total;
        result.left_out = std::move(planned->left_out);
        result.held_reason = std::move(planned->held_reason);
    }
    if (auto& ended = parts.ended) {
        result.outcome = ended->outcome;
        result.generation = ended->generation.value_or(parts.generation);
        result.total = ended->total.value_or(result.total);
        result.held_reason = std::move(ended->held_reason).value_or(result.held_reason);
        result.candidate = std::move(ended->candidate);
        result.quarantined = std::move(ended->quarantined);
        result.left_out.insert(result.left_out.end(), ended->left_out.begin(), ended->left_out.end());
        result.warnings = std::move(ended->warnings);
        if (ended->error && !parts.error) parts.error = ended->error;
    }
    if (parts.error) result.outcome = Outcome::failed;
    result.caught_up = std::move(parts.left.done);
    // What an earlier generation lacked is lacked no more once there is a newer one.
    const bool is_published = result.outcome == Outcome::published;
    result.unfinished = std::move(is_published ? parts.ended->followed.unfinished : parts.left.unfinished);
    result.error = std::move(parts.error);
    return result;
}

}  // namespace mirrorseed::sync
