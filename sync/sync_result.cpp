#include "sync/sync_result.hpp"

namespace mirrorseed::sync {

std::string_view outcome_name(Outcome outcome) noexcept {
    switch (outcome) {
        case Outcome::published:
            return "published";
        case Outcome::unchanged:
            return "unchanged";
        case Outcome::held:
            return "held";
        case Outcome::failed:
            return "failed";
    }
    return "failed";
}

}  // namespace mirrorseed::sync
