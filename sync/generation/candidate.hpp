// The generation that is being built; nobody sees it until it is committed.
#pragma once

#include "core/progress.hpp"
#include "core/store/store.hpp"
#include "sync/fetcher.hpp"
#include "sync/plan.hpp"

#include <functional>
#include <optional>

namespace mirrorseed::sync {

// Names that stay as they are in the current generation, absent too, although the plan would change them:
// nothing for `before` of a new name, and for `after` of one that would go. Empty when there are none.
using KeepsOld =
    std::function<bool(const RelPath& path, std::optional<EntryKind> before, std::optional<EntryKind> after)>;

// Why a name goes that the plan removes.
using LeavingOf = std::function<Leaving(const PathEntry& gone)>;

// Why an embargoed file is left out that did not come.
inline constexpr const char* still_closed = "its upstream does not hand it out yet";

// Writes the plan's rows, with what was fetched, as the tree's candidate, in batches; an older candidate is
// taken back first. A file that did not come keeps its current entry, if it has one, unless its content was
// withdrawn. Answers what the generation will be.
Result<GenerationRow> build_candidate(Store& store, const TreeRow& tree, const Listing& listing,
                                      const Plan& plan, const FetchResult& fetched, const KeepsOld& keeps_old,
                                      const LeavingOf& leaving, Progress& progress);

// A file of our own making: its content becomes a blob.
Result<Entry> add_content(Store& store, const TreeRow& tree, const std::string& text, UnixTime now);

// Takes an unfinished or refused candidate back.
void abandon_candidate(Store& store, const std::string& tree);

// What a candidate's generation will be, from its rows; for approving one that was built by an earlier run.
GenerationRow count_candidate(Store& store, const TreeRow& tree);

}  // namespace mirrorseed::sync
