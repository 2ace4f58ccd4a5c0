// The job that brings one file which a tree does not hold, because somebody waits for it.
#pragma once

#include "app/command_line/command_arguments.hpp"
#include "app/command_line/job_answer.hpp"
#include "app/keeper/job_context.hpp"
#include "app/keeper/server_words.hpp"

namespace mirrorseed::app {

constexpr const char* bring_command = "bring";

Arguments bring(const FileWanted& wanted);
JobAnswer bring_job(const JobContext& context);

enum class Brought {
    here,
    full,   // gc must make room first
    gone,   // no upstream has it, or no metadata names it
    failed  // and may be had a moment later
};
struct BringingEnd {
    Brought outcome = Brought::failed;
    bool is_what_was_shown = false;  // the bytes that were read along are those that are here
    bool wants_gc = false;           // for there is more than may be kept
};
BringingEnd end_of_bringing(const JobAnswer& answer);

}  // namespace mirrorseed::app
