// Who does a job: the running keeper of the store, or this process.
#pragma once

#include "app/command_line/command_arguments.hpp"
#include "app/command_line/job_answer.hpp"
#include "app/config/config.hpp"
#include "core/progress.hpp"

#include <functional>

namespace mirrorseed::app {

// Hands the job to the keeper when one listens, else takes the store's lock and does it here. Shows progress,
// and stops the job on SIGINT and SIGTERM.
JobAnswer do_job(const Config& config, const Arguments& arguments);

// Work on this thread with progress shown, and stopped on SIGINT and SIGTERM.
JobAnswer with_progress(const Arguments& arguments, const std::function<JobAnswer(Progress&)>& work);

}  // namespace mirrorseed::app
