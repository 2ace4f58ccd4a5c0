#include "sync/run/doubtful_files.hpp"

#include "sync/checksums/doubt.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>
#include <utility>

namespace mirrorseed::sync {
namespace {

bool has(const std::vector<Listing::Place>& places, Listing::Place place) {
    return std::binary_search(places.begin(), places.end(), place);
}

class Judge {
public:
    Judge(const Surroundings& around, bool checked, Listing& listing, const FetchResult& fetched)
        : around_(around), checked_(checked), listing_(listing), fetched_(fetched) {
        for (auto& known : around.store.catalogue().doubts().all(around.tree.id))
            known_.emplace(std::pair(known.path, known.list), known);
    }

    bool was_doubted(const RelPath& path, const RelPath& list, const Digest& content) const {
        const auto known = known_.find({path, list});
        return known != known_.end() && known->second.content == content;
    }

    std::optional<Digest> digest_of(const RelPath& path) const {
        const auto place = listing_.place_of(path);
        if (!place) return std::nullopt;
        if (has(fetched_.missing, *place) && !has(fetched_.same, *place)) return std::nullopt;
        if (const auto digest = listing_.at(*place).entry.digest) return digest;
        return current(path);
    }

    // Nothing where the list itself did not come.
    std::optional<DoubtedFile> doubt_of(const Contradiction& found) const {
        const auto content = digest_of(found.path), list = digest_of(found.set.list);
        if (!content || !list) return std::nullopt;
        DoubtedFile doubt{.path = found.path,
                          .list = found.set.list,
                          .content = *content,
                          .list_content = *list,
                          .reason = found.reason};
        doubt.is_sure = checked_ || current(found.path) == content || was_sure(doubt);
        return doubt;
    }

    DoubtFate fate(const DoubtedFile& doubt) const {
        return fate_of(
            {.file_changed = time_of(doubt.path),
             .list_changed = time_of(doubt.list),
             .is_shown = current(doubt.path) == doubt.content && current(doubt.list) == doubt.list_content,
             .is_sure = doubt.is_sure},
            around_.clock());
    }

    Listing::Place place_of(const DoubtedFile& doubt) const { return listing_.place_of(doubt.path).value(); }

    // What waits, where it came.
    std::vector<StagedFile> staged(const std::vector<RelPath>& names) const {
        std::vector<StagedFile> came;
        for (const auto& path : names) {
            const auto digest = digest_of(path);
            if (!digest) continue;
            const auto entry = listing_.at(listing_.place_of(path).value()).entry;
            came.push_back({path, entry.size, entry.mtime, *digest});
        }
        return came;
    }

private:
    std::optional<Digest> current(const RelPath& path) const {
        const auto entry =
            around_.store.catalogue().entries().find(around_.tree.id, around_.tree.generation, path);
        return entry ? entry->digest : std::nullopt;
    }

    bool was_sure(const DoubtedFile& doubt) const {
        for (auto at = known_.lower_bound({doubt.path, RelPath()});
             at != known_.end() && at->first.first == doubt.path; ++at)
            if (at->second.is_sure && at->second.content == doubt.content) return true;
        return false;
    }

    UnixTime time_of(const RelPath& path) const {
        return listing_.at(listing_.place_of(path).value()).entry.mtime.seconds();
    }

    const Surroundings& around_;
    bool checked_;
    Listing& listing_;
    const FetchResult& fetched_;
    std::map<std::pair<RelPath, RelPath>, DoubtedFile> known_;  // by path and list
};

struct Found {
    DoubtedFile doubt;
    ChecksumSet set;
    DoubtFate fate;

    // Its bytes came twice, and not alike.
    bool came_otherwise() const { return fate == DoubtFate::comes_again && !doubt.is_sure; }
};

std::vector<Found> find(const Judge& judge, const ChecksumSets& sets) {
    const auto contradictions =
        sets.contradictions([&](const RelPath& path) { return judge.digest_of(path); },
                            [&](const RelPath& path, const RelPath& list, const Digest& content) {
                                return judge.was_doubted(path, list, content);
                            });
    std::vector<Found> found;
    for (const auto& contradiction : contradictions)
        if (auto doubt = judge.doubt_of(contradiction)) {
            const auto fate = judge.fate(*doubt);
            found.push_back({std::move(*doubt), contradiction.set, fate});
        }
    return found;
}

void bring_again(std::vector<Found>& found, const Judge& judge, TreeFetch& fetching,
                 const std::string& upstream, Listing& listing) {
    std::vector<Listing::Place> again;
    for (const auto& item : found)
        if (item.fate == DoubtFate::comes_again) again.push_back(judge.place_of(item.doubt));
    const auto same = fetching.comes_again(upstream, listing, std::move(again));
    for (auto& item : found)
        if (item.fate == DoubtFate::comes_again) item.doubt.is_sure = has(same, judge.place_of(item.doubt));
}

void let_wait(const Found& found, const std::string& until, Doubtful& doubtful) {
    const auto& [doubt, set, fate] = found;
    doubtful.waiting.push_back({doubt.path, doubt.reason + "; " + until});
    doubtful.names.push_back(doubt.path);
    doubtful.names.push_back(doubt.list);
    doubtful.names.insert(doubtful.names.end(), set.signatures.begin(), set.signatures.end());
}

Doubtful what_waits(const std::vector<Found>& found) {
    Doubtful doubtful;
    for (const auto& item : found)
        if (item.came_otherwise())
            let_wait(item, "it did not come a second time as it came first", doubtful);
        else if (item.fate == DoubtFate::waits)
            let_wait(item, "both wait until neither is younger than a day", doubtful);
    return doubtful;
}

// What one transfer may have damaged comes anew.
std::vector<StagedFile> what_need_not_come(const std::vector<Found>& found, const Judge& judge,
                                           const Doubtful& doubtful) {
    std::unordered_set<RelPath> anew;
    for (const auto& item : found)
        if (item.came_otherwise()) anew.insert(item.doubt.path);
    auto kept = judge.staged(doubtful.names);
    std::erase_if(kept, [&](const StagedFile& file) { return anew.contains(file.path); });
    return kept;
}

void remember(const Surroundings& around, const ChecksumSets& sets, const std::vector<Found>& found) {
    auto& catalogue = around.store.catalogue();
    std::unordered_set<RelPath> read;
    for (const auto& set : sets.read())
        read.insert(set.set.list);
    if (read.empty()) return;
    auto transaction = catalogue.begin();
    for (const auto& known : catalogue.doubts().all(around.tree.id))
        if (read.contains(known.list)) catalogue.doubts().forget(around.tree.id, known.path, known.list);
    for (const auto& item : found) {
        catalogue.doubts().add(around.tree.id, item.doubt);
        if (item.came_otherwise()) catalogue.contents().unstage(around.tree.id, item.doubt.path);
    }
    transaction.commit();
}

}  // namespace

Doubtful doubt_files(const Surroundings& around, TreeFetch& fetching, const std::string& upstream,
                     bool checked, Listing& listing, const FetchResult& fetched, const ChecksumSets& sets) {
    const Judge judge(around, checked, listing, fetched);
    auto found = find(judge, sets);
    bring_again(found, judge, fetching, upstream, listing);
    auto doubtful = what_waits(found);
    doubtful.kept = what_need_not_come(found, judge, doubtful);
    remember(around, sets, found);
    return doubtful;
}

std::vector<LeftOut> shown_doubts(Store& store, const TreeRow& tree, const KeepsDoubt& keeps) {
    auto& catalogue = store.catalogue();
    const auto is_now = [&](const RelPath& path, const Digest& content) {
        const auto entry = catalogue.entries().find(tree.id, tree.generation, path);
        return entry && entry->digest == content;
    };
    const auto all = catalogue.doubts().all(tree.id);
    std::vector<LeftOut> shown;
    auto transaction = catalogue.begin();
    for (const auto& doubt : all) {
        if (is_now(doubt.path, doubt.content) && is_now(doubt.list, doubt.list_content))
            shown.push_back({doubt.path, doubt.reason});
        else if (!keeps(doubt.path))
            catalogue.doubts().forget(tree.id, doubt.path, doubt.list);
    }
    if (!all.empty() || catalogue.doubts().shown(tree.id) != 0)
        catalogue.doubts().set_shown(tree.id, shown.size());
    transaction.commit();
    return shown;
}

}  // namespace mirrorseed::sync
