#include "sync/generation/approval.hpp"

#include "core/text.hpp"

#include <fmt/format.h>

namespace mirrorseed::sync {

std::string question_before_approval(const std::string& tree, const std::optional<HeldCandidate>& held,
                                     const std::optional<std::string>& wanted) {
    if (wanted && !held)
        return fmt::format("{} is not held back, and neither is anything else; nothing has changed",
                           escape_text(*wanted));
    if (wanted && *wanted != held->name)
        return fmt::format("{} is not what is held back now, and nothing has changed; {} is held back: {}",
                           escape_text(*wanted), held->name, held->reason);
    if (!wanted && held && held->files == 0)
        return fmt::format(
            "what is held back would leave no file at all, and nothing has changed; `mirrorseed approve {} "
            "{}` "
            "publishes it all the same",
            tree, held->name);
    return {};
}

}  // namespace mirrorseed::sync
