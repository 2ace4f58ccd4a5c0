#include "httpd/published/published_not_held.hpp"

#include "core/text.hpp"
#include "httpd/found_facts.hpp"

namespace mirrorseed::httpd {

std::optional<Found> PublishedNotHeld::look_up(const TreeRow& tree, const RelPath& place) {
    const auto base = elsewhere_ ? elsewhere_(tree.name) : std::nullopt;
    const auto most = on_demand_.most ? on_demand_.most(tree.name) : std::nullopt;
    if (!base && !most) return std::nullopt;
    auto& catalogue = store_.catalogue();
    const auto file = catalogue.not_held().find(tree.id, tree.generation, place);
    // Nobody is helped to what was withdrawn here.
    if (!file || (file->digest && catalogue.contents().is_withdrawn(*file->digest))) return std::nullopt;
    if (base) return Elsewhere{*base + percent_encode_path(place.str())};
    if (!file->digest || catalogue.entries().is_only_hidden(*file->digest)) return std::nullopt;
    return brought(tree, *file, *most);
}

// What another tree hides is nothing that this one has.
bool PublishedNotHeld::is_here(TreeId tree, const Digest& content) {
    auto& catalogue = store_.catalogue();
    return catalogue.contents().has_sound_blob(content) &&
           (catalogue.on_demand().has(tree, content) || catalogue.entries().is_served(content));
}

std::optional<Found> PublishedNotHeld::brought(const TreeRow& tree, const NotHeldFile& file, Bytes most) {
    auto facts = facts_of_content(*file.digest, file.size, file.path.name());
    const bool is_here = this->is_here(tree.id, *file.digest);
    WantedContent wanted{tree.name, file.path, *file.digest};
    if (!is_here && (file.size > most || on_demand_.is_gone(wanted))) return std::nullopt;
    if (!is_here) return Awaited{std::move(wanted), file.size, std::move(facts.media_type)};
    on_demand_.note_use(wanted);
    return store_.content(*file.digest, std::move(facts), tree.name + "/" + file.path.str());
}

}  // namespace mirrorseed::httpd
