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
    LateCommits(Catalogue& catalogue, const OfferTerms& terms, const TreeRow& tree, const Clock& clock)
        : catalogue_(catalogue), terms_(terms), tree_(tree), clock_(clock) {}

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
    // Meanwhile the tree may have gone on.
    void write(const TreeRow& row, const std::optional<ReleaseWish>& wish, Seen& seen) {
        seen.contents = contents_at(catalogue_, {row, row.generation}, seen.path, wish);
        if (seen.made && !holds_just(seen.made->files, seen.contents)) seen.made.reset();
        if (seen.made) seen.made->release.since = row.generation;
        write_down(catalogue_, terms_, row.id, seen, 0, clock_());
    }

    Catalogue& catalogue_;
    const OfferTerms& terms_;
    const TreeRow& tree_;
    const Clock& clock_;
    std::vector<std::pair<std::optional<ReleaseWish>, Seen>> ready_{};
    std::chrono::steady_clock::time_point since_{};
};

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
    LateCommits commits(catalogue, terms, *row, clock);
    const Shown shown{*row, row->generation};
    const auto wishes = is_level ? places.left_undescribed(shown) : places.asked_for(shown);
    if (is_level && wishes.empty()) return troubles;
    for (const auto& [path, wish] : wishes) {
        if (places.takes_long(shown, path) && !commits.commit()) return troubles;
        auto seen = places.look_at(shown, path, wish, clock());
        if (!seen) {
            commits.commit();
            return troubles;
        }
        tell_trouble(catalogue, row->id, *seen, troubles);
        if (!commits.add(wish, std::move(*seen))) return troubles;
    }
    if (!commits.commit()) return troubles;
    if (const auto written = sync::write_records(store, tree.name); !written)
        troubles.push_back(written.error());
    if (is_level) return troubles;
    auto transaction = catalogue.begin();
    for (const auto& release : catalogue.releases().of_tree(row->id))
        offer_anew(catalogue, terms, release);
    renew_keeping(catalogue, row->id, tree.releases);
    catalogue.releases().set_described_for(row->id, terms.text());
    transaction.commit();
    return troubles;
}

}  // namespace mirrorseed::app
