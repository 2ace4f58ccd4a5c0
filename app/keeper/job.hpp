// A command that writes to the store, wherever it runs: in the process that was
// started for it, or in the running keeper that it was handed to.
//
// A job is given the config, the open store and the arguments, and answers with
// a report in JSON. Nothing is printed here; app/report.hpp makes text of it.
#pragma once

#include "app/command_line/command_arguments.hpp"
#include "app/config/config.hpp"
#include "core/clock.hpp"
#include "core/log.hpp"
#include "core/progress.hpp"
#include "core/store/store.hpp"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::app {

// Exit statuses of interface.md.
enum class Exit : int { done = 0, failed = 1, usage = 2, needs_person = 3 };

struct JobAnswer {
    Exit exit = Exit::done;
    boost::json::value report{};       // what --json prints
    std::vector<std::string> notes{};  // for standard error: warnings, or why it failed

    static JobAnswer failure(const Error& error, Exit exit = Exit::failed);
};

boost::json::value to_json(const JobAnswer& answer);
Result<JobAnswer> job_answer_from_json(const boost::json::value& json);

// Is this one of the commands that run as jobs?
bool is_job(std::string_view command);

// What of the arguments the config decides: a tree that it does not have is a usage error. To be asked first.
Status check_trees(const Config& config, const Arguments& arguments);

// Throws nothing but what no job can answer for (out of memory). The log hears of what follows the job.
JobAnswer run_job(const Config& config, Store& store, const Arguments& arguments, const Log& log,
                  const Clock& clock, Progress& progress);

StorePlaces places_of(const Config& config);
const TreeConfig* find_tree(const Config& config, std::string_view name);

}  // namespace mirrorseed::app
