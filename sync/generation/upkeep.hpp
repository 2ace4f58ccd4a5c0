// Looking after what is stored: re-reading it, and freeing what nobody needs.
#pragma once

#include "core/clock.hpp"
#include "core/progress.hpp"
#include "core/store/store.hpp"
#include "sync/manners.hpp"
#include "sync/plan.hpp"
#include "sync/upstream.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::sync {

struct Damage {
    std::string tree;
    RelPath path;
    Digest digest;
};

struct VerifyResult {
    Amount checked;
    std::vector<Damage> damaged;  // and not repaired
    std::vector<Damage> repaired;
};

struct VerifyWish {
    std::vector<std::string> trees;       // empty: everything that is stored
    std::vector<Digest> contents{};       // these alone, where there are any
    std::optional<UnixTime> not_since{};  // not what was read then or later
    std::optional<Bytes> budget{};        // the contents that were checked longest ago, up to this much
    bool repair = false;
    // What was not in memory is not kept there for its sake.
    bool leaves_memory = false;
    // Sound files that somebody gave another mode or time get back what entries ask for.
    bool dress = true;
    // Where a tree's files can be had again, when `repair` asks for them.
    OpenUpstream open{};
    std::function<std::vector<std::string>(const std::string& tree)> upstreams_of{};
    std::function<Manners(const std::string& tree)> manners_of = [](const std::string&) { return Manners(); };
};
Result<VerifyResult> verify_store(Store& store, const VerifyWish& wish, const Clock& clock,
                                  Progress& progress);
// The same on top of what was found already, also where it is stopped.
Status go_on_verifying(Store& store, const VerifyWish& wish, const Clock& clock, Progress& progress,
                       VerifyResult& so_far);

struct CollectResult {
    Amount freed, kept;
};
// How long what left a tree keeps its bytes.
using GraceOf = std::function<std::chrono::seconds(const std::string& tree)>;
// How much a tree keeps of what came because somebody asked for it.
using BudgetOf = std::function<Bytes(const std::string& tree)>;
// Frees blobs that nothing needs, and files in blobs/ that the catalogue does not know.
Result<CollectResult> collect_garbage(Store& store, const GraceOf& grace, const BudgetOf& budget,
                                      const Clock& clock, Progress& progress);

}  // namespace mirrorseed::sync
