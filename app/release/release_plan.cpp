#include "app/release/release_plan.hpp"

namespace mirrorseed::app {
namespace {

using State = ReleaseContents::State;

// What its upstream closed again, and what a rollback takes back, is told of to nobody.
bool is_to_hide(const KnownRelease& known, State state, Generation restores) {
    const auto& release = known.release;
    if (known.is_same) return state != State::whole;
    const bool is_taken_back = !release.gone && restores != 0 && release.since > restores;
    return is_taken_back || release.hidden;
}

}  // namespace

ReleasePlan plan_releases(const std::vector<KnownRelease>& known, State state, Generation restores,
                          UnixTime now) {
    ReleasePlan plan{.changes = {}, .is_new = state == State::whole};
    for (const auto& one : known) {
        const auto& release = one.release;
        ReleaseChange change{.release = release.id, .hidden = is_to_hide(one, state, restores)};
        if (!one.is_same) change.gone = release.gone.value_or(now);
        if (one.is_same) plan.is_new = false;
        if (change.gone != release.gone || change.hidden != release.hidden) plan.changes.push_back(change);
    }
    return plan;
}

}  // namespace mirrorseed::app
