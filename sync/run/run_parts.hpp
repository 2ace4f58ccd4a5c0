// What each stage of a run came to, and what they come to together.
#pragma once

#include "sync/plan.hpp"
#include "sync/sync_result.hpp"
#include "sync/wish.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::sync {

// Of the plan that was made last.
struct Planned {
    Amount fetched, reused, removed, total;
    std::vector<LeftOut> left_out;
    std::string held_reason;
};
// `already`: what of it was fetched before the plan was final, and is no reuse.
Planned tell_plan(const Plan& plan, const Wish& wish, const Amount& already = {});

// What came over the network, also when a fetch failed later.
struct Traffic {
    Bytes transferred = 0;
    Amount delta;
};

// How a run ended; nothing where it did not come that far.
struct Ended {
    Outcome outcome = Outcome::failed;
    std::optional<Generation> generation{};  // that it published
    std::optional<Amount> total{};
    std::optional<std::string> held_reason{};
    std::string candidate{};  // the name of what is held
    std::vector<LeftOut> quarantined{};
    std::vector<LeftOut> left_out{};  // beside what the plan leaves out
    std::vector<LeftOut> warnings{};
    Followed followed{};           // behind a publish
    std::optional<Error> error{};  // the other facts are told with it
};

struct RunParts {
    std::string tree{};
    std::string upstream{};     // without credentials
    Generation generation = 0;  // before the run
    std::optional<Planned> planned{};
    std::vector<SelectedPart> selection{};
    Traffic traffic{};
    Followed left{};  // by an earlier run: what this one did of it first
    std::optional<Ended> ended{};
    std::optional<Error> error{};
    double seconds = 0;
};
SyncResult sum_of(RunParts parts);

}  // namespace mirrorseed::sync
