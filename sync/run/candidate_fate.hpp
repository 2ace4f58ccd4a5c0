// What becomes of a candidate: does it wait for a person, is it what is published anyway, or is it published?
//
// Pure.
#pragma once

#include "core/store/catalogue.hpp"
#include "sync/run/sync_job.hpp"

#include <string>
#include <vector>

namespace mirrorseed::sync {

// Why it waits; empty when it need not. `losses` is what held_for_deletions() says now that the files came,
// and `backwards` what its markers tell of its age (went_backwards()).
std::string why_held(const Wish& wish, const Plan& plan, const std::string& losses,
                     const std::string& backwards, const std::vector<LeftOut>& quarantined);

// The same with how a person publishes it, for whoever hears of it.
std::string with_approval(const std::string& why, const std::string& tree, const std::string& candidate);

// Whether some names of it stay as they were published, for what came does not fit together.
enum class OldNames { none, some };
// Nothing is new in it: what was to come was refused, or has vanished.
bool is_as_published(const GenerationRow& candidate, const Plan& plan, OldNames kept);

}  // namespace mirrorseed::sync
