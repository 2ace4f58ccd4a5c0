// What an operator does to published generations: take one back, let a held one through, take a content away.
#pragma once

#include "sync/generation/publisher.hpp"
#include "sync/sync_result.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mirrorseed::sync {

// Publishes an earlier generation again, as a new one, and pauses the tree's schedule. Without a number: the
// one that sync/generation/rollback_choice.hpp tells.
Result<SyncResult> roll_back(Publisher& publisher, const std::string& tree, std::optional<Generation> to);

// What a sync tells of a paused tree that it was not asked for by name: it stays as it is.
SyncResult passed_over(Catalogue& catalogue, const TreeRow& tree);
// The same, once what a cut-off publish left undone is done.
SyncResult pass_over(Publisher& publisher, const TreeRow& tree);

// Publishes the candidate that was held back; ends a pause. Where a person names another candidate, or none
// although it would leave no file at all, he is asked again (sync/generation/approval.hpp).
Result<SyncResult> approve(Publisher& publisher, const std::string& tree,
                           const std::optional<std::string>& candidate = {});

struct WithdrawResult {
    std::vector<std::pair<std::string, RelPath>> paths;  // tree and path, of what was published
    std::vector<std::string> trees;                      // those with a new generation
    bool had_blob = false;
};
// Takes contents away for good: out of what is published, out of history, and off the disk, and with them
// every release that has one. They are refused from now on.
Result<WithdrawResult> withdraw(Publisher& publisher, const std::vector<Digest>& digests);

}  // namespace mirrorseed::sync
