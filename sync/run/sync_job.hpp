// One sync of one tree, from listing to published generation.
#pragma once

#include "core/clock.hpp"
#include "core/glob.hpp"
#include "core/progress.hpp"
#include "core/store/store.hpp"
#include "core/units.hpp"
#include "sync/content_watch.hpp"
#include "sync/generation/publish.hpp"
#include "sync/manners.hpp"
#include "sync/plan.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::sync {

// What the config and the command line ask for.
struct Wish {
    std::string tree;
    std::vector<std::string> upstreams;
    Manners manners{};
    std::string keyring{};  // for signed checksum lists; empty: none is asked for
    std::string host{};     // our name, for project/trace; empty: we leave no trace
    // What the result depends on beside the upstream, in any form: others are other terms.
    std::string terms{};
    bool full = false;  // list and compare everything, whatever markers and memory say
    std::chrono::milliseconds rest_between_listings{1000};  // of an upstream that changes meanwhile
    Selection selection;
    DeleteLimit max_delete;
    bool allow_deletes = false;
    bool publish_without_bad_files = false;  // hold-back, instead of strict
    Bytes min_free = 0;
    Keeping keeping;
    WatchFor watch_for{};
};

enum class Outcome { published, unchanged, held, failed };
std::string_view outcome_name(Outcome outcome) noexcept;

struct SyncResult {
    std::string tree;
    std::string upstream;  // without credentials
    Generation generation = 0;
    Outcome outcome = Outcome::failed;
    Amount fetch, reuse, remove, total;
    Amount delta{};  // files of which only the difference came, and the bytes that this saved
    Bytes transferred = 0;
    double seconds = 0;
    std::string held_reason;
    std::vector<LeftOut> quarantined;
    std::vector<LeftOut> left_out;
    std::optional<Error> error;                 // of a failed one
    std::vector<std::string> failed_upstreams;  // what the ones before said
};

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

// What a tree's selection would be, without fetching it.
Result<Amount> estimate_tree(const Wish& wish, Progress& progress);

}  // namespace mirrorseed::sync
