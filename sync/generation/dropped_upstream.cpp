#include "sync/generation/dropped_upstream.hpp"

namespace mirrorseed::sync {

DroppedUpstream::DroppedUpstream(const Listing& listing, const Selection& selection)
    : listing_(listing), selection_(selection) {
    for (const auto& item : listing.left_out())
        left_out_.insert(item.path.str());
}

Leaving DroppedUpstream::leaving(const PathEntry& gone) const {
    const auto& path = gone.path;
    const bool was_shown = gone.entry.kind == EntryKind::file && !gone.entry.hidden;
    const bool is_gone = was_shown && selection_.selects(path) && !listing_.place_of(path) &&
                         (left_out_.empty() || !is_left_out(path.str()));
    return is_gone ? Leaving::dropped_upstream : Leaving::otherwise;
}

bool DroppedUpstream::is_left_out(std::string_view path) const {
    for (;;) {
        if (left_out_.contains(path)) return true;
        const auto slash = path.rfind('/');
        if (slash == std::string_view::npos) return false;
        path = path.substr(0, slash);
    }
}

}  // namespace mirrorseed::sync
