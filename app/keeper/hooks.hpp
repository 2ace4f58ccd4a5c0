// Programs of the operator's that run after a tree was published, or could not be.
//
// No shell reads the command. A hook sees PATH, HOME, LANG and what it is told about (MIRRORSEED_...), and
// nothing else of our environment. What it prints goes to the log. Nothing of what it does changes what is
// published.
#pragma once

#include "app/config/config.hpp"
#include "app/keeper/changes_file.hpp"
#include "core/log.hpp"
#include "core/result.hpp"
#include "core/system/private_folder.hpp"

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace mirrorseed::app {

struct HookEvent {
    std::string tree;
    Generation generation = 0;  // that it is told of; of a failure, what is published
    EachChange each_change = [](const auto&) {};
    std::string error{};  // of a failure
};

inline constexpr std::chrono::milliseconds hook_patience = std::chrono::minutes(10);

// The hooks of one event. What they share is made when the first of them runs.
class HookRun {
public:
    // The log outlives it.
    HookRun(HookEvent event, const Log& log, std::chrono::milliseconds patience = hook_patience)
        : event_(std::move(event)), log_(log), patience_(patience) {}

    Status run(const HookCommand& hook, const std::stop_token& stop);

private:
    Status prepare();

    HookEvent event_;
    const Log& log_;
    std::chrono::milliseconds patience_;
    std::optional<PrivateFolder> folder_;
};

// One after the other; that one fails is told in the log.
void run_hooks(const std::vector<HookCommand>& hooks, const HookEvent& event, const Log& log,
               const std::stop_token& stop, std::chrono::milliseconds patience = hook_patience);

}  // namespace mirrorseed::app
