// Jobs that look after what is stored and offered: reading it again, freeing it, describing it for downloads,
// and asking other mirrors for it.
#pragma once

#include "app/command_line/job_answer.hpp"
#include "app/keeper/job_context.hpp"
#include "core/result.hpp"

#include <vector>

namespace mirrorseed::app {

JobAnswer verify_job(const JobContext& context);
// A little of what is stored, beside whatever else is done; what is damaged is fetched again in a turn of its
// own.
JobAnswer scrub_job(const JobContext& context);
// What one of them reports: was any damage mended?
bool has_mended(const JobAnswer& answer);
JobAnswer gc_job(const JobContext& context);
// What is published, where it was described for other rules.
JobAnswer describe_job(const JobContext& context);
// Web seeds whose time has come.
JobAnswer seeds_job(const JobContext& context);

// The same behind a command's sync. Rules that came later than what they ask for:
std::vector<Error> describe_late(const JobContext& context, const TreeConfig& tree);
// That a mirror elsewhere cannot be asked changes nothing of what was done here.
void check_seeds_of(const JobContext& context, const std::vector<const TreeConfig*>& trees);

}  // namespace mirrorseed::app
