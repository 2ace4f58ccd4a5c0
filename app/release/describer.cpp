#include "app/release/describer.hpp"

#include "app/release/release_writing.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace mirrorseed::app {
namespace {

Result<sync::Described> describe_candidate(Store& store, const Config& config, const TreeConfig& tree,
                                           const Log& log, const sync::Candidate& candidate,
                                           Progress& progress) {
    ReleasePlaces places(store, config, tree, log, progress);
    const Shown shown{candidate.tree, candidate.number};
    const auto now = candidate.facts.published;
    auto all = std::make_shared<std::vector<Seen>>();
    sync::Described described;
    for (const auto& [path, wish] : places.touched(shown)) {
        auto seen = places.look_at(shown, path, wish, now);
        if (!seen) return seen.error();
        tell_trouble(store.catalogue(), shown.tree.id, *seen, described.troubles);
        all->push_back(std::move(*seen));
    }
    described.write =
        [all, row = candidate.tree, number = candidate.number, restores = candidate.facts.restores, now,
         terms = OfferTerms{ReleaseUrls::of(config.server), tree.releases}](Catalogue& catalogue) {
            for (const auto& seen : *all)
                write_down(catalogue, terms, row.id, seen, restores, now);
            write_down_newcomers(catalogue, terms, {row, number}, *all, restores, now);
            renew_keeping(catalogue, row.id, terms.rules);
            forget_outlived(catalogue, row.id, now);
            if (number == 1) catalogue.releases().set_described_for(row.id, terms.text());
            note_other_terms(catalogue, row.id, terms);
        };
    return described;
}

}  // namespace

sync::Describe describe_releases(const Config& config, const Log& log) {
    return [&config, &log](Store& store, const sync::Candidate& candidate,
                           Progress& progress) -> Result<sync::Described> {
        const auto* tree = find_tree(config, candidate.tree.name);
        const TreeConfig none;
        return describe_candidate(store, config, tree == nullptr ? none : *tree, log, candidate, progress);
    };
}

}  // namespace mirrorseed::app
