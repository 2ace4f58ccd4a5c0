// What a job works with, on a thread and with a connection to the catalogue of its own.
#pragma once

#include "app/command_line/command_arguments.hpp"
#include "app/config/config.hpp"
#include "app/keeper/coming_part.hpp"
#include "app/keeper/turns.hpp"
#include "core/clock.hpp"
#include "core/log.hpp"
#include "core/progress.hpp"
#include "core/store/store.hpp"
#include "sync/host_places.hpp"
#include "sync/metalink_memory.hpp"

#include <memory>
#include <vector>

namespace mirrorseed::app {

struct JobContext {
    const Config& config;
    Store& store;
    const Arguments& arguments;
    const Log& log;
    const Clock& clock;
    Progress& progress;  // of the whole job
    Turns& turns;
    std::uint64_t number;  // of the job, by Turns::number_job()
    const std::shared_ptr<sync::HostPlaces>& places;
    const std::shared_ptr<sync::MetalinkMemory>& metalinks;
    // What is due behind it (describing late, asking web seeds) is handed out by a timetable, as jobs of
    // their own.
    bool has_timetable = false;
    ComingPart* part = nullptr;  // where somebody reads along
};

// The trees of the config that it is of: those that it names, or all.
std::vector<const TreeConfig*> trees_of(const JobContext& context);

}  // namespace mirrorseed::app
