// Does a person know what he approves?
//
// Pure. What is held may have been replaced since he looked at it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace mirrorseed::sync {

struct HeldCandidate {
    std::string name;
    std::string reason;
    std::uint64_t files = 0;  // that the tree would have
};

// What he is asked before anything changes; empty when what is held, if anything is, may be published.
// `wanted` is the candidate that he named.
std::string question_before_approval(const std::string& tree, const std::optional<HeldCandidate>& held,
                                     const std::optional<std::string>& wanted);

}  // namespace mirrorseed::sync
