// What the operator wants to happen when a job has published a tree, or failed to: hooks, and downstream
// nodes.
//
// What is owed of a generation is in the catalogue since its commit (core/store/catalogue_owed.hpp), so it is
// delivered whatever becomes of the job, and of the process. Nobody has a turn at the store meanwhile, so a
// hook may call any command.
#pragma once

#include "app/config/config.hpp"
#include "app/keeper/job_context.hpp"
#include "app/keeper/teller.hpp"
#include "sync/sync_result.hpp"

#include <string>

namespace mirrorseed::app {

class FollowUp {
public:
    // Before the job, which may publish. All of them outlive this.
    FollowUp(const JobContext& context, const TreeConfig& tree);

    // Is there something that an earlier job left?
    bool is_owing() const { return teller_.is_owing(); }
    // It is told before the job. `followed`: what came before that, the checkout that the told may look at.
    void catch_up(sync::Followed followed);
    // Tells of what is published since, and what it came to in all.
    sync::Followed tell();
    // Behind a job that answers with a result, which is told what it came to.
    void after(sync::SyncResult& result);
    // The job could not even answer.
    void after_failure(const std::string& reason) const;

private:
    Generation published() const;
    sync::Followed work_off();

    const JobContext& context_;
    const TreeConfig& tree_;
    Teller teller_;
    Generation before_;
    sync::Followed caught_up_;
};

}  // namespace mirrorseed::app
