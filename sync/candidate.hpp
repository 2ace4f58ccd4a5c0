// The generation that is being built; nobody sees it until it is committed.
#pragma once

#include "core/progress.hpp"
#include "core/store.hpp"
#include "sync/fetcher.hpp"
#include "sync/plan.hpp"

namespace mirrorseed::sync {

// Writes the plan's rows, with what was fetched, as the tree's candidate, in batches; an older candidate is
// taken back first. A file that did not come keeps its current entry, if it has one, unless its content was
// withdrawn. Answers what the generation will be.
Result<GenerationRow> build_candidate(Store& store, const TreeRow& tree, const Listing& listing,
                                      const Plan& plan, const FetchResult& fetched, Progress& progress);

// Takes an unfinished or refused candidate back.
void abandon_candidate(Store& store, const std::string& tree);

// What a candidate's generation will be, from its rows; for approving one that was built by an earlier run.
GenerationRow count_candidate(Store& store, const TreeRow& tree);

}  // namespace mirrorseed::sync
