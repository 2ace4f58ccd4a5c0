#include "app/release/describer.hpp"

#include "app/release/release_choice.hpp"
#include "app/release/release_maker.hpp"
#include "app/release/release_offer.hpp"
#include "app/release/release_plan.hpp"
#include "app/release/release_retention.hpp"
#include "app/release/upstream_torrents.hpp"
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

struct Undescribed {
    RelPath path;
    std::string reason;
};

// What a commit is to write.
struct Work {
    std::vector<MadeRelease> made{};
    std::vector<ReleaseChange> changes{};
    std::vector<Undescribed> undescribed{};
    std::vector<RelPath> described{};
};

class Describing {
public:
    Describing(Store& store, const Config& config, const TreeConfig& tree, const Log& log, Progress& progress)
        : store_(store),
          rules_(tree.releases),
          adopts_(tree.upstream_torrents == UpstreamTorrents::adopt),
          log_(log),
          progress_(progress),
          maker_(store, ReleaseUrls::of(config.server)) {}

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
        return wishes;
    }

    // All that rules ask for.
    Wishes asked_for(const Shown& shown) {
        Wishes wishes;
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

    std::vector<KnownRelease> known_at(const Shown& shown, const RelPath& path,
                                       const ReleaseContents& contents) {
        auto& releases = store_.catalogue().releases();
        std::vector<KnownRelease> known;
        for (auto& release : releases.all_at(shown.tree.id, path)) {
            const bool is_same = holds_just(releases.files(release.id), contents);
            known.push_back({std::move(release), is_same});
        }
        return known;
    }

    // An error only where somebody asked to stop.
    Status look_at(const Shown& shown, const RelPath& path, const std::optional<ReleaseWish>& wish,
                   Generation restores, UnixTime now, Work& work) {
        const auto contents = contents_at(shown, path, wish);
        const auto plan = plan_releases(known_at(shown, path, contents), contents.state, restores, now);
        work.changes.insert(work.changes.end(), plan.changes.begin(), plan.changes.end());
        if (!wish) return {};
        work.described.push_back(path);
        if (contents.state == State::undescribable) work.undescribed.push_back({path, contents.reason});
        if (!plan.is_new) return {};
        progress_.at(path.str());
        auto made = make(shown, *wish, contents);
        if (!made && progress_.stop_requested()) return made.error();
        if (!made) {
            work.undescribed.push_back({path, made.error().text()});
            return {};
        }
        made->release.published = now;
        made->release.since = shown.number;
        work.made.push_back(std::move(*made));
        return {};
    }

    // To make it, and so none that is ready should wait for it.
    bool takes_long(const Shown& shown, const RelPath& path) {
        constexpr Bytes much = 16 << 20;
        const auto entry = store_.catalogue().entries().find(shown.tree.id, shown.number, path);
        return entry && (entry->kind == EntryKind::folder || entry->size >= much);
    }

    ReleaseContents contents_at(const Shown& shown, const RelPath& path,
                                const std::optional<ReleaseWish>& wish) {
        auto& catalogue = store_.catalogue();
        const auto entry = catalogue.entries().find(shown.tree.id, shown.number, path);
        const bool is_folder = entry && entry->kind == EntryKind::folder;
        if (wish && wish->is_folder != is_folder) return {};
        return contents_of(catalogue, shown.tree.id, shown.number, path, is_folder);
    }

private:
    Result<MadeRelease> make(const Shown& shown, const ReleaseWish& wish, const ReleaseContents& contents) {
        if (!adopts_) return maker_.make(shown.tree, wish, contents, progress_);
        for (const auto& path : torrents_beside(store_.catalogue(), shown.tree.id, shown.number, wish.path)) {
            const auto bytes = read_torrent_at(store_, shown.tree.id, shown.number, path);
            auto adopted = bytes ? maker_.adopt(*bytes, shown.tree, wish, contents, progress_)
                                 : Result<MadeRelease>(bytes.error());
            if (adopted || progress_.stop_requested()) return adopted;
            log_.info("{}: {} is no torrent of {} to offer: {}", shown.tree.name, outside(path.str()),
                      outside(wish.path.str()), outside(adopted.error().text()));
        }
        return maker_.make(shown.tree, wish, contents, progress_);
    }

    Store& store_;
    const std::vector<ReleaseConfig>& rules_;
    bool adopts_;
    const Log& log_;
    Progress& progress_;
    ReleaseMaker maker_;
};

// Its own torrent is damaged, where this fails.
void offer_anew(Catalogue& catalogue, const OfferTerms& terms, const Release& release) {
    const auto renewed = renew_offer(catalogue, terms, release);
    if (!renewed) throw Failure(renewed.error().within("the release " + escape_text(release.path.str())));
}

void write_down(Catalogue& catalogue, const OfferTerms& terms, TreeId tree, const Work& work) {
    auto& releases = catalogue.releases();
    for (const auto& change : work.changes) {
        releases.set_gone(change.release, change.gone);
        releases.set_hidden(change.release, change.hidden);
        if (const auto release = releases.with_id(change.release)) offer_anew(catalogue, terms, *release);
    }
    for (const auto& made : work.made) {
        const auto id = releases.add(made.release, made.files);
        releases.describe(id, "torrent", made.offer.torrent);
        releases.describe(id, "magnet", made.offer.magnet);
    }
    for (const auto& path : work.described)
        releases.clear_undescribed(tree, path);
    for (const auto& [path, reason] : work.undescribed)
        releases.set_undescribed(tree, path, reason);
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
    for (const auto id : outlived(catalogue.releases().of_tree(tree), now))
        catalogue.releases().remove(id);
}

// What is published already: many small releases are shown by one commit, and none waits long for others.
class LateCommits {
public:
    LateCommits(Catalogue& catalogue, Describing& describing, const OfferTerms& terms, const TreeRow& tree,
                const Clock& clock)
        : catalogue_(catalogue), describing_(describing), terms_(terms), tree_(tree), clock_(clock) {}

    // This and commit(): false where the tree was forgotten meanwhile.
    bool add(const RelPath& path, const std::optional<ReleaseWish>& wish, Work work) {
        if (ready_.empty()) since_ = std::chrono::steady_clock::now();
        ready_.push_back({path, wish, std::move(work)});
        const bool is_old = std::chrono::steady_clock::now() - since_ >= std::chrono::seconds(1);
        return is_old || ready_.size() >= 100 ? commit() : true;
    }

    bool commit() {
        if (ready_.empty()) return true;
        auto transaction = catalogue_.begin();
        const auto row = catalogue_.trees().find(tree_.name);
        if (!row || row->id != tree_.id) return false;
        for (auto& item : ready_)
            write(*row, item);
        transaction.commit();
        ready_.clear();
        return true;
    }

private:
    struct Ready {
        RelPath path;
        std::optional<ReleaseWish> wish;
        Work work;
    };

    // Meanwhile the tree may have gone on.
    void write(const TreeRow& row, Ready& item) {
        const Shown now{row, row.generation};
        const auto contents = describing_.contents_at(now, item.path, item.wish);
        const auto plan =
            plan_releases(describing_.known_at(now, item.path, contents), contents.state, 0, clock_());
        std::erase_if(item.work.made, [&](const MadeRelease& made) {
            return !plan.is_new || !holds_just(made.files, contents);
        });
        item.work.changes = plan.changes;
        write_down(catalogue_, terms_, row.id, item.work);
    }

    Catalogue& catalogue_;
    Describing& describing_;
    const OfferTerms& terms_;
    const TreeRow& tree_;
    const Clock& clock_;
    std::vector<Ready> ready_{};
    std::chrono::steady_clock::time_point since_{};
};

Error trouble_of(const Undescribed& item) {
    return {Fault::refused,
            fmt::format("{} is published without a torrent: {}", escape_text(item.path.str()), item.reason)};
}

Result<sync::Described> describe_candidate(Store& store, const Config& config, const TreeConfig& tree,
                                           const Log& log, const sync::Candidate& candidate,
                                           Progress& progress) {
    Describing describing(store, config, tree, log, progress);
    const Shown shown{candidate.tree, candidate.number};
    const auto now = candidate.facts.published;
    auto work = std::make_shared<Work>();
    for (const auto& [path, wish] : describing.touched(shown)) {
        const auto looked = describing.look_at(shown, path, wish, candidate.facts.restores, now, *work);
        if (!looked) return looked.error();
    }
    sync::Described described;
    for (const auto& item : work->undescribed)
        described.troubles.push_back(trouble_of(item));
    described.write = [work, id = candidate.tree.id, is_first = candidate.number == 1, now,
                       terms =
                           OfferTerms{ReleaseUrls::of(config.server), tree.releases}](Catalogue& catalogue) {
        write_down(catalogue, terms, id, *work);
        renew_keeping(catalogue, id, terms.rules);
        forget_outlived(catalogue, id, now);
        if (is_first) catalogue.releases().set_described_for(id, terms.text());
        note_other_terms(catalogue, id, terms);
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
    if (!row || row->generation == 0 || is_described(catalogue, config, tree, row->id)) return {};
    std::vector<Error> troubles;
    Describing describing(store, config, tree, log, progress);
    LateCommits commits(catalogue, describing, terms, *row, clock);
    const Shown shown{*row, row->generation};
    for (const auto& [path, wish] : describing.asked_for(shown)) {
        if (describing.takes_long(shown, path) && !commits.commit()) return troubles;
        Work work;
        const auto looked = describing.look_at(shown, path, wish, 0, clock(), work);
        if (!looked) {
            commits.commit();
            return troubles;
        }
        for (const auto& item : work.undescribed)
            troubles.push_back(trouble_of(item));
        if (!commits.add(path, wish, std::move(work))) return troubles;
    }
    if (!commits.commit()) return troubles;
    if (const auto written = sync::write_records(store, tree.name); !written)
        troubles.push_back(written.error());
    auto transaction = catalogue.begin();
    for (const auto& release : catalogue.releases().of_tree(row->id))
        offer_anew(catalogue, terms, release);
    renew_keeping(catalogue, row->id, tree.releases);
    catalogue.releases().set_described_for(row->id, terms.text());
    transaction.commit();
    return troubles;
}

Status forget_old_releases(Store& store, UnixTime now) {
    auto& catalogue = store.catalogue();
    std::set<std::string> names;
    {
        auto transaction = catalogue.begin();
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

}  // namespace mirrorseed::app
