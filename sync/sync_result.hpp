// What a sync of one tree came to; rollback, approve and adopt answer with it too.
#pragma once

#include "core/result.hpp"
#include "core/store/catalogue_contents.hpp"
#include "sync/follow_steps.hpp"
#include "sync/metadata_listing.hpp"
#include "sync/plan.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::sync {

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
    std::string candidate{};  // the name of what is held
    std::vector<LeftOut> quarantined;
    std::vector<LeftOut> left_out;
    std::vector<LeftOut> warnings{};            // published, and a list beside them says otherwise
    std::optional<Error> error;                 // of a failed one
    std::vector<std::string> failed_upstreams;  // what the ones before said
    std::vector<SelectedPart> selection{};      // by its parts, where metadata is the listing
    std::string note{};  // why a tree was left as it is, and what a person may do about it
    bool asks = false;   // the note is a question, and nothing has changed
    std::vector<UnfinishedStep>
        unfinished{};                   // what is to follow what is published; the next run tries again
    std::vector<DoneStep> caught_up{};  // what an earlier run had left
};

}  // namespace mirrorseed::sync
