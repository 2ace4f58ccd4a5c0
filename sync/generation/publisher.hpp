// Who commits generations: what every way to a new one has in common.
//
// A sync, an adoption, a rollback, an approval and a withdrawal each build a candidate in their own way and
// hand it over here. Then it is the same for all of them: the candidate is checked and described, it is
// committed, and there follows what can be done again after a crash: the manifest, the checkout, and
// forgetting what need not be kept.
#pragma once

#include "core/clock.hpp"
#include "core/progress.hpp"
#include "core/store/store.hpp"
#include "sync/describe.hpp"
#include "sync/follow_steps.hpp"
#include "sync/generation/lag.hpp"
#include "sync/keeping.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::sync {

// What sets one life of a tree's numbers apart from another.
std::string mint_lineage();

// An error when the tree's manifests know of a later generation than the catalogue, or of one that is
// damaged: then the catalogue is an old or a partial one, and what it does not know of must not be freed or
// overwritten.
Status catalogue_knows_all(Store& store, const std::string& tree);

using KeepingOf = std::function<Keeping(const std::string& tree)>;

// What a commit does to the pause of a tree's schedule.
enum class Pause { begins, ends, stays };

class Publisher {
public:
    // All of them outlive it. `describe` may be empty.
    Publisher(Store& store, KeepingOf keeping, Describe describe, const Clock& clock, Progress& progress);

    // The commit that readers notice: the tree's candidate becomes its generation, now. `facts` needs neither
    // number nor time. `behind_since` is what the tree then lacks since when (sync/generation/lag.hpp);
    // nothing: as before. When this fails, nothing has changed.
    Status commit(const TreeRow& tree, GenerationRow facts, Pause pause,
                  std::optional<UnixTime> behind_since);

    // Ends the tree's pause without a commit, also for a catalogue that is rebuilt later.
    Status end_pause(const TreeRow& tree);

    // Everything that follows a commit in the store. Also run before a sync, for a publish that was cut off.
    // The commit stands whatever becomes of it.
    Followed follow(const std::string& tree);

    Store& store() const noexcept { return store_; }
    Progress& progress() const noexcept { return progress_; }
    UnixTime now() const { return clock_(); }

private:
    Result<Described> describe(const TreeRow& tree, const GenerationRow& facts);
    void show(const TreeRow& tree, const Keeping& keeping, Followed& followed);
    Status forget_old(const TreeRow& tree, const Keeping& keeping);

    Store& store_;
    KeepingOf keeping_;
    Describe describe_;
    const Clock& clock_;
    Progress& progress_;
    std::vector<UnfinishedStep> undescribed_{};  // of what was committed, until that is told
};

}  // namespace mirrorseed::sync
