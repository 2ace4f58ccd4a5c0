// What the operator wants to happen when a job has published a tree, or failed to: hooks, and downstream
// nodes.
//
// What is owed of a generation is in the catalogue since its commit (core/store/catalogue_owed.hpp), so it is
// delivered whatever becomes of the job, and of the process.
#pragma once

#include "app/config/config.hpp"
#include "app/keeper/teller.hpp"
#include "core/clock.hpp"
#include "core/log.hpp"
#include "core/progress.hpp"
#include "sync/generation/publisher.hpp"
#include "sync/run/sync_job.hpp"

#include <string>

namespace mirrorseed::app {

class FollowUp {
public:
    // Before the job, which may publish: what an earlier one left is told first, behind the manifest and the
    // checkout that it may have left too. All of them outlive this.
    FollowUp(const TreeConfig& tree, sync::Publisher& publisher, const Log& log, const Clock& clock);

    // Tells of what is published since, and what it came to in all.
    sync::Followed tell();
    // Behind a job that answers with a result, which is told what it came to.
    void after(sync::SyncResult& result);
    // The job could not even answer.
    void after_failure(const std::string& reason) const;

private:
    Generation published() const;
    sync::Followed catch_up();

    const TreeConfig& tree_;
    sync::Publisher& publisher_;
    const Log& log_;
    Teller teller_;
    Generation before_;
    sync::Followed caught_up_;
};

}  // namespace mirrorseed::app
