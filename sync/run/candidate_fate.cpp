#include "sync/run/candidate_fate.hpp"

#include "core/text.hpp"

#include <fmt/format.h>

namespace mirrorseed::sync {

std::string why_held(const Wish& wish, const Plan& plan, const std::string& losses,
                     const std::string& backwards, const std::vector<LeftOut>& quarantined) {
    std::string reason;
    if (!wish.allow_deletes) reason = plan.held_reason.empty() ? losses : plan.held_reason;
    const auto also = [&](const std::string& why) {
        if (!why.empty()) reason += (reason.empty() ? "" : "; and ") + why;
    };
    also(plan.backwards);
    also(backwards);
    if (!quarantined.empty() && !wish.publish_without_bad_files)
        also(fmt::format("{} {} could not be had, the first of them {}: {}", quarantined.size(),
                         quarantined.size() == 1 ? "file" : "files",
                         escape_text(quarantined.front().path.str()),
                         escape_text(quarantined.front().reason)));
    return reason;
}

std::string with_approval(const std::string& why, const std::string& tree, const std::string& candidate) {
    return fmt::format("{}; `mirrorseed approve {} {}` publishes it", why, tree, candidate);
}

// Where some names stay as they were, so may what the plan would have removed.
bool is_as_published(const GenerationRow& candidate, const Plan& plan, OldNames kept) {
    const bool same_names = candidate.added == 0 && candidate.changed == 0 && candidate.removed == 0;
    const bool same_folders = plan.remove.empty() && plan.ready.size() == plan.idle;
    return same_names && (same_folders || kept == OldNames::some);
}

}  // namespace mirrorseed::sync
