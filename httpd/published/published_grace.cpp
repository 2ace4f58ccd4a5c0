#include "httpd/published/published_grace.hpp"

namespace mirrorseed::httpd {

std::optional<PublishedGrace::Graced> PublishedGrace::look_up(const TreeRow& tree, const RelPath& place) {
    if (!grace_) return std::nullopt;
    auto& catalogue = store_.catalogue();
    auto last = catalogue.entries().last_state(tree.id, tree.generation, place);
    if (!last || last->leaving != Leaving::dropped_upstream || !last->entry.digest) return std::nullopt;
    const auto grace = grace_(tree.name, place);
    if (grace.count() == 0) return std::nullopt;
    const auto& content = *last->entry.digest;
    const auto until = graced_until({.last = *last,
                                     .is_withdrawn = catalogue.contents().is_withdrawn(content),
                                     .is_only_hidden = catalogue.entries().is_only_hidden(content),
                                     .grace = grace,
                                     .generations = catalogue.trees().generations(tree.id),
                                     .now = clock_()});
    if (!until) return std::nullopt;
    return Graced{std::move(last->entry), *until};
}

StillHolds PublishedGrace::holds_until(UnixTime until) const {
    return [clock = clock_, until] { return clock() < until ? Holds::yes : Holds::no; };
}

}  // namespace mirrorseed::httpd
