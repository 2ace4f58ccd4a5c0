// Programs of the operator's that run after a tree was published, or could not be.
//
// No shell reads the command. A hook sees PATH, HOME, LANG and what it is told about (MIRRORSEED_...), and
// nothing else of our environment. What it prints goes to the log; that it fails is told there, and changes
// nothing.
#pragma once

#include "app/config/config.hpp"
#include "core/log.hpp"
#include "core/result.hpp"
#include "core/store/catalogue_entries.hpp"

#include <chrono>
#include <stop_token>
#include <string>
#include <vector>

namespace mirrorseed::app {

struct HookEvent {
    std::string tree;
    Generation generation = 0;  // that is published now
    std::string changes{};      // as text_of_changes() makes it
    std::string error{};        // of a failure
};

inline constexpr std::chrono::milliseconds hook_patience = std::chrono::minutes(10);

// "+path" for what came, "~path" for what changed and "-path" for what went, files and links, with a NUL
// behind each.
std::string text_of_changes(const std::vector<EntryChange>& changes);

// One after the other.
void run_hooks(const std::vector<HookCommand>& hooks, const HookEvent& event, const Log& log,
               const std::stop_token& stop, std::chrono::milliseconds patience = hook_patience);

}  // namespace mirrorseed::app
