// What the operator wants to happen when a job has published a tree, or failed to: hooks, and downstream
// nodes.
#pragma once

#include "app/config/config.hpp"
#include "core/log.hpp"
#include "core/progress.hpp"
#include "core/store/store.hpp"
#include "sync/run/sync_job.hpp"

#include <string>

namespace mirrorseed::app {

class FollowUp {
public:
    // Before the job: remembers what is published. All of it outlives this.
    FollowUp(const TreeConfig& tree, Store& store, const Log& log, const Progress& progress);

    void after(const sync::SyncResult& result) const;
    // The job could not even answer.
    void after_failure(const std::string& reason) const;

private:
    Generation published() const;

    const TreeConfig& tree_;
    Store& store_;
    const Log& log_;
    const Progress& progress_;
    Generation before_;
};

}  // namespace mirrorseed::app
