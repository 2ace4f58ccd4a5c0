// One sync of one tree, from listing to published generation.
#pragma once

#include "core/clock.hpp"
#include "core/progress.hpp"
#include "core/store/store.hpp"
#include "sync/sync_result.hpp"
#include "sync/wish.hpp"

#include <string>
#include <vector>

namespace mirrorseed::sync {

// Never throws for what one tree's upstream does; a broken store is thrown through.
SyncResult sync_tree(Store& store, const Wish& wish, const Clock& clock, Progress& progress);

// What sync_tree() would do, from reading alone. Without a catalogue: for a store that does not exist yet.
SyncResult plan_tree(Catalogue* catalogue, const Wish& wish, Progress& progress);

// A sync with the files of a plain folder, which are shared and not copied.
SyncResult adopt_folder(Store& store, const Wish& wish, const std::string& folder, const Clock& clock,
                        Progress& progress);

// Files of a folder that others than this process may write, although a store will share their contents.
struct SharedWriters {
    std::uint64_t files = 0;
    RelPath example;
};
Result<SharedWriters> find_shared_writers(const std::string& folder, Progress& progress);

// What a tree's selection would be, without fetching it; from the first upstream that can be listed.
struct Estimate {
    struct Of {
        Amount amount{};
        std::vector<SelectedPart> parts{};
    };
    Result<Of> selection;
    std::vector<std::string> failed_upstreams;  // what the ones before said
};
Estimate estimate_tree(const Wish& wish, Progress& progress);

}  // namespace mirrorseed::sync
