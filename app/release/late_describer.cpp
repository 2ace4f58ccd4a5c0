#include "app/release/late_describer.hpp"

#include "app/release/release_writing.hpp"
#include "sync/generation/release_records.hpp"

#include <chrono>
#include <optional>
#include <utility>

namespace mirrorseed::app {
namespace {

// Many small releases are shown by one commit, and none waits long for others.
class LateCommits {
public:
    LateCommits(Catalogue& catalogue, const OfferTerms& terms, const TreeRow& tree, const Clock& clock,
                std::vector<Error>& troubles)
        : catalogue_(catalogue), terms_(terms), tree_(tree), clock_(clock), troubles_(troubles) {}

    // This and commit(): false where the tree was forgotten meanwhile.
    bool add(const std::optional<ReleaseWish>& wish, Seen seen) {
        if (ready_.empty()) since_ = std::chrono::steady_clock::now();
        ready_.emplace_back(wish, std::move(seen));
        const bool is_old = std::chrono::steady_clock::now() - since_ >= std::chrono::seconds(1);
        return is_old || ready_.size() >= 100 ? commit() : true;
    }

    bool commit() {
        if (ready_.empty()) return true;
        auto transaction = catalogue_.begin();
        const auto row = catalogue_.trees().find(tree_.name);
        if (!row || row->id != tree_.id) return false;
        for (auto& [wish, seen] : ready_)
            write(*row, wish, seen);
        transaction.commit();
        ready_.clear();
        return true;
    }

private:
    // Meanwhile the tree may have gone on. Who brought other contents looked at them, and told what he saw.
    void write(const TreeRow& row, const std::optional<ReleaseWish>& wish, Seen& seen) {
        auto contents = contents_at(catalogue_, {row, row.generation}, seen.path, wish);
        if (seen.made) seen.made->release.since = row.generation;
        if (contents == seen.contents) {
            tell_trouble(catalogue_, row.id, seen, troubles_);
            return write_down(catalogue_, terms_, row.id, seen, 0, clock_());
        }
        seen.contents = std::move(contents);
        seen.made.reset();
        write_releases(catalogue_, terms_, row.id, seen, 0, clock_());
    }

    Catalogue& catalogue_;
    const OfferTerms& terms_;
    const TreeRow& tree_;
    const Clock& clock_;
    std::vector<Error>& troubles_;
    std::vector<std::pair<std::optional<ReleaseWish>, Seen>> ready_{};
    std::chrono::steady_clock::time_point since_{};
};

// Level with the config, unless somebody brought something by other terms meanwhile: then it goes on to be
// due.
void end_describing(Catalogue& catalogue, const OfferTerms& terms, TreeId tree) {
    auto& releases = catalogue.releases();
    auto transaction = catalogue.begin();
    for (const auto& release : releases.of_tree(tree))
        offer_anew(catalogue, terms, release);
    renew_keeping(catalogue, tree, terms.rules);
    if (releases.described_for(tree) == terms.unfinished_text())
        releases.set_described_for(tree, terms.text());
    transaction.commit();
}

}  // namespace

bool is_described(Catalogue& catalogue, const Config& config, const TreeConfig& tree, TreeId id) {
    const OfferTerms terms{ReleaseUrls::of(config.server), tree.releases};
    return catalogue.releases().described_for(id) == terms.text();
}

std::vector<Error> describe_published(Store& store, const Config& config, const TreeConfig& tree,
                                      const Log& log, const Clock& clock, Progress& progress) {
    auto& catalogue = store.catalogue();
    const OfferTerms terms{ReleaseUrls::of(config.server), tree.releases};
    const auto row = catalogue.trees().find(tree.name);
    if (!row || row->generation == 0) return {};
    const bool is_level = is_described(catalogue, config, tree, row->id);
    std::vector<Error> troubles;
    ReleasePlaces places(store, config, tree, log, progress);
    if (!is_level) catalogue.releases().set_described_for(row->id, terms.unfinished_text());
    const Shown shown{*row, row->generation};
    const auto wishes = is_level ? places.left_undescribed(shown) : places.asked_for(shown);
    if (is_level && wishes.empty()) return troubles;
    LateCommits commits(catalogue, terms, *row, clock, troubles);
    for (const auto& [path, wish] : wishes) {
        if (places.takes_long(shown, path) && !commits.commit()) return troubles;
        auto seen = places.look_at(shown, path, wish, clock());
        if (!seen) {
            commits.commit();
            return troubles;
        }
        if (!commits.add(wish, std::move(*seen))) return troubles;
    }
    if (!commits.commit()) return troubles;
    if (const auto written = sync::write_records(store, tree.name); !written)
        troubles.push_back(written.error());
    if (!is_level) end_describing(catalogue, terms, row->id);
    return troubles;
}

}  // namespace mirrorseed::app
