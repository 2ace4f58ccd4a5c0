// What a job comes back with, also from the running keeper that did it.
#pragma once

#include "app/command_line/exit.hpp"
#include "core/result.hpp"
#include "sync/sync_result.hpp"

#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace mirrorseed::app {

struct JobAnswer {
    Exit exit = Exit::done;
    boost::json::value report{};       // what --json prints
    std::vector<std::string> notes{};  // for standard error: warnings, or why it failed

    static JobAnswer failure(const Error& error, Exit exit = Exit::failed);
};

// Of one sync: what waits for a person, or for the next run, is neither done nor failed.
Exit exit_of(const sync::SyncResult& result);

// What to do about a store that failed, to be told behind what happened; empty where there is no advice.
std::string advice_for(const Error& error);

boost::json::value to_json(const JobAnswer& answer);
Result<JobAnswer> job_answer_from_json(const boost::json::value& json);

}  // namespace mirrorseed::app
