// A command that writes to the store, wherever it runs: in the process that was
// started for it, or in the running keeper that it was handed to.
//
// A job is given the config, the open store and the arguments, and answers with
// a report in JSON. Nothing is printed here; app/command_line/report_text.hpp makes text of it.
#pragma once

#include "app/command_line/command_arguments.hpp"
#include "app/command_line/job_answer.hpp"
#include "app/config/config.hpp"
#include "app/keeper/job_context.hpp"
#include "core/store/catalogue.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mirrorseed::app {

// No command line says so: somebody outside asked for the sync, or the schedule. Neither ends a pause.
constexpr const char* pushed = "pushed";
constexpr const char* by_itself = "by-itself";

// Is this one of the commands that run as jobs?
bool is_job(std::string_view command);
// One that serving goes before; an operator does not wait for it.
bool is_background(std::string_view command);
// One of many small ones, of which the log hears only what went wrong.
bool is_in_passing(std::string_view command);

// What of the arguments the config decides: a tree that it does not have is a usage error, and one to forget
// that it has. To be asked first.
Status check_trees(const Config& config, const Arguments& arguments);

// A tree of the config that is paused, where the command names none; only who names it ends its pause.
std::optional<TreeRow> tree_to_pass_over(Catalogue& catalogue, const Arguments& arguments,
                                         const std::string& tree);

// Throws nothing but what no job can answer for (out of memory). The log hears of what follows the job.
JobAnswer run_job(const JobContext& context);

}  // namespace mirrorseed::app
