#include "httpd/published/published_not_held.hpp"

#include "core/text.hpp"

namespace mirrorseed::httpd {

std::optional<Found> PublishedNotHeld::look_up(const TreeRow& tree, const RelPath& place) {
    const auto base = elsewhere_ ? elsewhere_(tree.name) : std::nullopt;
    if (!base) return std::nullopt;
    auto& catalogue = store_.catalogue();
    const auto file = catalogue.not_held().find(tree.id, tree.generation, place);
    // Nobody is helped to what was withdrawn here.
    if (!file || (file->digest && catalogue.contents().is_withdrawn(*file->digest))) return std::nullopt;
    return Elsewhere{*base + percent_encode_path(place.str())};
}

}  // namespace mirrorseed::httpd
