#include "app/release/describer.hpp"

#include "app/release/adoption.hpp"
#include "app/release/release_choice.hpp"
#include "app/release/release_maker.hpp"
#include "app/release/release_offer.hpp"
#include "app/release/release_plan.hpp"
#include "app/release/release_retention.hpp"
#include "core/text.hpp"
#include "sync/generation/release_records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

namespace mirrorseed::app {
namespace {

using State = ReleaseContents::State;

// One state of a tree: a generation, or a candidate.
struct Shown {
    const TreeRow& tree;
    Generation number = 0;
};

// By path; what no rule asks for any more has none.
using Wishes = std::map<RelPath, std::optional<ReleaseWish>>;

// What was seen at a place, and what may come of it in the commit.
struct Seen {
    RelPath path;
    ReleaseContents contents{};
    std::optional<MadeRelease> made{};
    bool is_asked_for = false;
    std::string trouble{};
};

std::vector<KnownRelease> known_at(Catalogue& catalogue, TreeId tree, const RelPath& path,
                                   const ReleaseContents& contents) {
    auto& releases = catalogue.releases();
    std::vector<KnownRelease> known;
    for (auto& release : releases.all_at(tree, path)) {
        const bool is_same = holds_just(releases.files(release.id), contents);
        known.push_back({std::move(release), is_same});
    }
    return known;
}

ReleaseContents contents_at(Catalogue& catalogue, const Shown& shown, const RelPath& path,
                            const std::optional<ReleaseWish>& wish) {
    const auto entry = catalogue.entries().find(shown.tree.id, shown.number, path);
    const bool is_folder = entry && entry->kind == EntryKind::folder;
    if (wish && wish->is_folder != is_folder) return {};
    return contents_of(catalogue, shown.tree.id, shown.number, path, is_folder);
}

// The wish that a rule has of the very path.
std::optional<ReleaseWish> wish_of(const std::vector<ReleaseConfig>& rules, const RelPath& path) {
    for (const auto& rule : rules)
        if (rule.match.matches(path)) return ReleaseWish{&rule, path, rule.match.names_folder()};
    return std::nullopt;
}

class Describing {
public:
    Describing(Store& store, const Config& config, const TreeConfig& tree, const Log& log, Progress& progress)
        : store_(store),
          rules_(tree.releases),
          adopts_(tree.upstream_torrents == UpstreamTorrents::adopt),
          progress_(progress),
          maker_(store, ReleaseUrls::of(config.server)),
          adoption_(store, maker_, log) {}

    // What a candidate changed, and so may have come, gone or become another.
    Wishes touched(const Shown& shown) {
        Wishes wishes;
        std::set<RelPath> known;
        for (const auto& release : store_.catalogue().releases().of_tree(shown.tree.id))
            known.insert(release.path);
        store_.catalogue().entries().each_change(shown.tree.id, shown.number, [&](const EntryChange& change) {
            for (auto place = change.path; !place.is_root(); place = place.parent())
                if (known.contains(place)) wishes.try_emplace(place);
            for (auto& wish : releases_with(rules_, change.path))
                wishes[wish.path] = wish;
        });
        wishes.merge(left_undescribed(shown));
        return wishes;
    }

    // What stood in the way may be gone, and no entry tells of that.
    Wishes left_undescribed(const Shown& shown) {
        Wishes wishes;
        for (const auto& item : store_.catalogue().releases().undescribed(shown.tree.id))
            wishes[item.path] = wish_of(rules_, item.path);
        return wishes;
    }

    // All that rules ask for.
    Wishes asked_for(const Shown& shown) {
        auto wishes = left_undescribed(shown);
        const auto entries = store_.catalogue().entries().all(shown.tree.id, shown.number);
        std::string_view folder;
        while (const auto* item = entries->next(folder)) {
            if (item->entry.kind != EntryKind::file) continue;
            const auto path = RelPath::parse(folder).value() / RelPath::parse_name(item->name).value();
            for (auto& wish : releases_with(rules_, path))
                wishes[wish.path] = wish;
        }
        return wishes;
    }

    // An error only where somebody asked to stop.
    Result<Seen> look_at(const Shown& shown, const RelPath& path, const std::optional<ReleaseWish>& wish,
                         UnixTime now) {
        auto& catalogue = store_.catalogue();
        Seen seen{.path = path,
                  .contents = contents_at(catalogue, shown, path, wish),
                  .is_asked_for = wish.has_value()};
        if (!wish) return seen;
        if (seen.contents.state == State::undescribable) seen.trouble = seen.contents.reason;
        const auto known = known_at(catalogue, shown.tree.id, path, seen.contents);
        if (!plan_releases(known, seen.contents.state, 0, now).is_new) return seen;
        progress_.at(path.str());
        auto made = make(shown, *wish, seen.contents);
        if (!made && progress_.stop_requested()) return made.error();
        if (!made) {
            seen.trouble = made.error().text();
            return seen;
        }
        made->release.published = now;
        made->release.since = shown.number;
        seen.made = std::move(*made);
        return seen;
    }

    // To make it, and so none that is ready should wait for it.
    bool takes_long(const Shown& shown, const RelPath& path) {
        constexpr Bytes much = 16 << 20;
        const auto entry = store_.catalogue().entries().find(shown.tree.id, shown.number, path);
        return entry && (entry->kind == EntryKind::folder || entry->size >= much);
    }

private:
    Result<MadeRelease> make(const Shown& shown, const ReleaseWish& wish, const ReleaseContents& contents) {
        if (const auto good = check_names(wish, contents); !good) return good.error();
        if (adopts_) {
            auto adopted = adoption_.adopt(shown.tree, shown.number, wish, contents, progress_);
            if (!adopted) return adopted.error();
            if (*adopted) return std::move(**adopted);
        }
        return maker_.make(shown.tree, wish, contents, progress_);
    }

    Store& store_;
    const std::vector<ReleaseConfig>& rules_;
    bool adopts_;
    Progress& progress_;
    ReleaseMaker maker_;
    Adoption adoption_;
};

// Its own torrent is damaged, where this fails.
void offer_anew(Catalogue& catalogue, const OfferTerms& terms, const Release& release) {
    const auto renewed = renew_offer(catalogue, terms, release);
    if (!renewed) throw Failure(renewed.error().within("the release " + escape_text(release.path.str())));
}

// In the transaction of the commit: what was known before it may have changed meanwhile.
void write_down(Catalogue& catalogue, const OfferTerms& terms, TreeId tree, const Seen& seen,
                Generation restores, UnixTime now) {
    auto& releases = catalogue.releases();
    const auto plan = plan_releases(known_at(catalogue, tree, seen.path, seen.contents), seen.contents.state,
                                    restores, now);
    for (const auto& change : plan.changes) {
        releases.set_gone(change.release, change.gone);
        releases.set_hidden(change.release, change.hidden);
        if (const auto release = releases.with_id(change.release)) offer_anew(catalogue, terms, *release);
    }
    if (seen.made && plan.is_new) {
        const auto id = releases.add(seen.made->release, seen.made->files);
        releases.describe(id, "torrent", seen.made->offer.torrent);
        releases.describe(id, "magnet", seen.made->offer.magnet);
        if (seen.made->release.adopted)
            releases.describe(id, trackers_kind, tiers_text(seen.made->upstream_trackers));
    }
    if (seen.is_asked_for && !seen.trouble.empty())
        releases.set_undescribed(tree, seen.path, seen.trouble);
    else
        releases.clear_undescribed(tree, seen.path);
}

// Those of places that nobody looked at, made while somebody did.
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

// As the config has it now; of a rule that it has no more, as it was.
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

// What was told already is not told again.
void tell_trouble(Catalogue& catalogue, TreeId tree, const Seen& seen, std::vector<Error>& troubles) {
    if (seen.trouble.empty()) return;
    for (const auto& known : catalogue.releases().undescribed(tree))
        if (known.path == seen.path && known.reason == seen.trouble) return;
    troubles.emplace_back(Fault::refused, fmt::format("{} is published without a torrent: {}",
                                                      escape_text(seen.path.str()), seen.trouble));
}

// What is published already: many small releases are shown by one commit, and none waits long for others.
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

Result<sync::Described> describe_candidate(Store& store, const Config& config, const TreeConfig& tree,
                                           const Log& log, const sync::Candidate& candidate,
                                           Progress& progress) {
    Describing describing(store, config, tree, log, progress);
    const Shown shown{candidate.tree, candidate.number};
    const auto now = candidate.facts.published;
    auto all = std::make_shared<std::vector<Seen>>();
    sync::Described described;
    for (const auto& [path, wish] : describing.touched(shown)) {
        auto seen = describing.look_at(shown, path, wish, now);
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
    Describing describing(store, config, tree, log, progress);
    LateCommits commits(catalogue, terms, *row, clock);
    const Shown shown{*row, row->generation};
    const auto wishes = is_level ? describing.left_undescribed(shown) : describing.asked_for(shown);
    if (is_level && wishes.empty()) return troubles;
    for (const auto& [path, wish] : wishes) {
        if (describing.takes_long(shown, path) && !commits.commit()) return troubles;
        auto seen = describing.look_at(shown, path, wish, clock());
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

Status forget_old_releases(Store& store, const Config& config, UnixTime now) {
    auto& catalogue = store.catalogue();
    std::set<std::string> names;
    {
        auto transaction = catalogue.begin();
        for (const auto& tree : config.trees)
            if (const auto row = catalogue.trees().find(tree.name))
                renew_keeping(catalogue, row->id, tree.releases);
        for (const auto tree : catalogue.releases().trees()) {
            for (const auto& release : catalogue.releases().of_tree(tree))
                names.insert(release.tree_name);
            forget_outlived(catalogue, tree, now);
        }
        transaction.commit();
    }
    for (const auto& name : names)
        if (const auto written = sync::write_records(store, name); !written) return written;
    return {};
}

Status offer_forgotten(Store& store, const Config& config, const std::string& tree) {
    {
        auto transaction = store.catalogue().begin();
        for (const auto& release : store.catalogue().releases().of_tree_named(tree))
            offer_anew(store.catalogue(), {ReleaseUrls::of(config.server), {}}, release);
        transaction.commit();
    }
    return sync::write_records(store, tree);
}

}  // namespace mirrorseed::app
