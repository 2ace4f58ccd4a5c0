// What an operator does to published generations: take one back, let a held one through, take a content away.
#pragma once

#include "sync/generation/publish.hpp"
#include "sync/sync_result.hpp"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mirrorseed::sync {

// Publishes an earlier generation again, as a new one, and pauses the tree's schedule. Without a number: the
// one before.
Result<SyncResult> roll_back(Store& store, const std::string& tree, std::optional<Generation> to,
                             const Keeping& keeping, const Clock& clock, Progress& progress);

// Publishes the candidate that was held back; ends a pause.
Result<SyncResult> approve(Store& store, const std::string& tree, const Keeping& keeping, const Clock& clock,
                           Progress& progress);

struct WithdrawResult {
    std::vector<std::pair<std::string, RelPath>> paths;  // tree and path, of what was published
    std::vector<std::string> trees;                      // those with a new generation
    bool had_blob = false;
};
// Takes a content away for good: out of what is published, out of history, and off the disk. It is refused
// from now on.
Result<WithdrawResult> withdraw(Store& store, const Digest& digest,
                                const std::function<Keeping(const std::string&)>& keeping, const Clock& clock,
                                Progress& progress);

}  // namespace mirrorseed::sync
