#include "app/release/release_writing.hpp"

#include "app/release/release_retention.hpp"
#include "core/text.hpp"

#include <fmt/format.h>

#include <set>

namespace mirrorseed::app {

void offer_anew(Catalogue& catalogue, const OfferTerms& terms, const Release& release) {
    const auto renewed = renew_offer(catalogue, terms, release);
    if (!renewed) throw Failure(renewed.error().within("the release " + escape_text(release.path.str())));
}

void write_releases(Catalogue& catalogue, const OfferTerms& terms, TreeId tree, const Seen& seen,
                    Generation restores, UnixTime now) {
    auto& releases = catalogue.releases();
    const auto plan = plan_releases(known_at(catalogue, tree, seen.path, seen.contents), seen.contents.state,
                                    restores, now);
    for (const auto& change : plan.changes) {
        releases.set_gone(change.release, change.gone);
        releases.set_hidden(change.release, change.hidden);
        if (const auto release = releases.with_id(change.release)) offer_anew(catalogue, terms, *release);
    }
    if (!seen.made || !plan.is_new) return;
    const auto id = releases.add(seen.made->release, seen.made->files);
    releases.describe(id, "torrent", seen.made->offer.torrent);
    releases.describe(id, "magnet", seen.made->offer.magnet);
    if (seen.made->release.adopted)
        releases.describe(id, trackers_kind, tiers_text(seen.made->upstream_trackers));
}

void write_down(Catalogue& catalogue, const OfferTerms& terms, TreeId tree, const Seen& seen,
                Generation restores, UnixTime now) {
    write_releases(catalogue, terms, tree, seen, restores, now);
    if (seen.is_asked_for && !seen.trouble.empty())
        catalogue.releases().set_undescribed(tree, seen.path, seen.trouble);
    else
        catalogue.releases().clear_undescribed(tree, seen.path);
}

void write_down_newcomers(Catalogue& catalogue, const OfferTerms& terms, const Shown& shown,
                          const std::vector<Seen>& all, Generation restores, UnixTime now) {
    std::set<RelPath> looked_at;
    for (const auto& seen : all)
        looked_at.insert(seen.path);
    for (const auto& release : catalogue.releases().of_tree(shown.tree.id))
        if (release.since == shown.tree.generation && looked_at.insert(release.path).second)
            write_down(catalogue, terms, shown.tree.id,
                       {.path = release.path, .contents = contents_at(catalogue, shown, release.path, {})},
                       restores, now);
}

void renew_keeping(Catalogue& catalogue, TreeId tree, const std::vector<ReleaseConfig>& rules) {
    auto& releases = catalogue.releases();
    for (const auto& release : releases.of_tree(tree))
        for (const auto& rule : rules)
            if (rule.match.str() == release.rule &&
                (rule.keep != release.keep || rule.keep_versions != release.keep_versions))
                releases.set_keeping(release.id, rule.keep, rule.keep_versions);
}

void forget_outlived(Catalogue& catalogue, TreeId tree, UnixTime now) {
    auto& releases = catalogue.releases();
    for (const auto& one : outliving(releases.of_tree(tree), now)) {
        if (one.goes) {
            releases.remove(one.release);
            continue;
        }
        releases.set_gone(one.release, one.gone);
        releases.set_over(one.release, one.over);
    }
}

void tell_trouble(Catalogue& catalogue, TreeId tree, const Seen& seen, std::vector<Error>& troubles) {
    if (seen.trouble.empty()) return;
    for (const auto& known : catalogue.releases().undescribed(tree))
        if (known.path == seen.path && known.reason == seen.trouble) return;
    troubles.emplace_back(Fault::refused, fmt::format("{} is published without a torrent: {}",
                                                      escape_text(seen.path.str()), seen.trouble));
}

}  // namespace mirrorseed::app
