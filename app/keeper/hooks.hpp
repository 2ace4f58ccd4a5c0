// Programs of the operator's that run after a tree was published, or could not be.
//
// No shell reads the command. A hook sees PATH, HOME, LANG and what it is told about (MIRRORSEED_...), and
// nothing else of our environment. What it prints goes to the log; that it fails is told there, and changes
// nothing.
#pragma once

#include "app/config/config.hpp"
#include "app/keeper/changes_file.hpp"
#include "core/log.hpp"
#include "core/result.hpp"

#include <chrono>
#include <stop_token>
#include <string>
#include <vector>

namespace mirrorseed::app {

struct HookEvent {
    std::string tree;
    Generation generation = 0;  // that is published now
    EachChange each_change = [](const auto&) {};
    std::string error{};  // of a failure
};

inline constexpr std::chrono::milliseconds hook_patience = std::chrono::minutes(10);

// One after the other.
void run_hooks(const std::vector<HookCommand>& hooks, const HookEvent& event, const Log& log,
               const std::stop_token& stop, std::chrono::milliseconds patience = hook_patience);

}  // namespace mirrorseed::app
