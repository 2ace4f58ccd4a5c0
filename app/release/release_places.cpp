#include "app/release/release_places.hpp"

#include "app/release/release_choice.hpp"
#include "app/release/release_urls.hpp"

#include <set>
#include <utility>

namespace mirrorseed::app {
namespace {

using State = ReleaseContents::State;

// The wish that a rule has of the very path.
std::optional<ReleaseWish> wish_of(const std::vector<ReleaseConfig>& rules, const RelPath& path) {
    for (const auto& rule : rules)
        if (rule.match.matches(path)) return ReleaseWish{&rule, path, rule.match.names_folder()};
    return std::nullopt;
}

}  // namespace

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

ReleasePlaces::ReleasePlaces(Store& store, const Config& config, const TreeConfig& tree, const Log& log,
                             Progress& progress)
    : store_(store),
      rules_(tree.releases),
      adopts_(tree.upstream_torrents == UpstreamTorrents::adopt),
      progress_(progress),
      maker_(store, ReleaseUrls::of(config.server)),
      adoption_(store, maker_, log) {}

Wishes ReleasePlaces::touched(const Shown& shown) {
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

Wishes ReleasePlaces::left_undescribed(const Shown& shown) {
    Wishes wishes;
    for (const auto& item : store_.catalogue().releases().undescribed(shown.tree.id))
        wishes[item.path] = wish_of(rules_, item.path);
    return wishes;
}

Wishes ReleasePlaces::asked_for(const Shown& shown) {
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

Result<Seen> ReleasePlaces::look_at(const Shown& shown, const RelPath& path,
                                    const std::optional<ReleaseWish>& wish, UnixTime now) {
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

bool ReleasePlaces::takes_long(const Shown& shown, const RelPath& path) {
    constexpr Bytes much = 16 << 20;
    const auto entry = store_.catalogue().entries().find(shown.tree.id, shown.number, path);
    return entry && (entry->kind == EntryKind::folder || entry->size >= much);
}

Result<MadeRelease> ReleasePlaces::make(const Shown& shown, const ReleaseWish& wish,
                                        const ReleaseContents& contents) {
    if (const auto good = check_names(wish, contents); !good) return good.error();
    if (adopts_) {
        auto adopted = adoption_.adopt(shown.tree, shown.number, wish, contents, progress_);
        if (!adopted) return adopted.error();
        if (*adopted) return std::move(**adopted);
    }
    return maker_.make(shown.tree, wish, contents, progress_);
}

}  // namespace mirrorseed::app
