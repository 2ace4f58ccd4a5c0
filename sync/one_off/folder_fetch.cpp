#include "sync/one_off/folder_fetch.hpp"

#include "sync/checksums/list_text.hpp"
#include "sync/checksums/listed_check.hpp"
#include "sync/checksums/set_plan.hpp"
#include "sync/one_off/sorted_places.hpp"

#include <algorithm>

namespace mirrorseed::sync {
namespace {

// A list that did not come leaves an older one, of other files, under its name.
bool is_here(const RelPath& list, const Listing& listing, const FetchResult& fetched) {
    const auto place = listing.place_of(list);
    return !place || !has(fetched.missing, *place) || has(fetched.same, *place);
}

// What nobody can make sense of is no reason to do without the files.
Result<ReadSet> read_in_folder(const ChecksumSet& set, const FolderLanding& landing) {
    const auto file = landing.open_newest(set.list);
    auto text = file ? read_list_text(*file, set.list.str()) : Result<std::string>(file.error());
    if (!text) return ReadSet{.set = set, .note = text.error().text()};
    auto read = read_set(set, {.list = std::move(*text), .signatures = {}}, Verifier(), ListRule::require);
    if (!read || read->fault.empty()) return read;
    return ReadSet{.set = set, .note = read->fault};
}

Result<ChecksumSets> read_sets(const std::vector<ChecksumSet>& sets, const Listing& listing,
                               const std::vector<Plan::Fetch>& fetch, const FetchResult& fetched,
                               const FolderLanding& landing) {
    std::vector<ReadSet> read;
    for (const auto& set : sets) {
        if (!is_here(set.list, listing, fetched)) continue;
        auto one = read_in_folder(set, landing);
        if (!one) return one.error();
        read.push_back(std::move(*one));
    }
    return ChecksumSets(std::move(read), [&](const RelPath& path) -> std::optional<FileState> {
        const auto place = listing.place_of(path);
        if (!place || listing.kind_at(*place) != EntryKind::file) return std::nullopt;
        return FileState{.is_fresh = is_fetched(fetch, *place), .digest = listing.at(*place).entry.digest};
    });
}

bool contradict(const std::vector<Checksum>& expected) {
    for (const auto& one : expected)
        for (const auto& other : expected)
            if (one.kind == other.kind && one != other) return true;
    return false;
}

// Whatever came of such a file, one of its lists would call it damaged.
void refuse_contradicted(std::vector<Plan::Fetch>& wanted, const Listing& listing, const ChecksumSets& sets,
                         FetchResult& refused) {
    std::erase_if(wanted, [&](const Plan::Fetch& item) {
        const auto path = listing.path_of(item.place);
        if (!contradict(sets.expected(path))) return false;
        refused.quarantined.push_back({path, "its checksum lists disagree"});
        refused.missing.push_back(item.place);
        return true;
    });
}

}  // namespace

Result<FolderFetched> fetch_by_lists(Upstream& upstream, Listing& listing,
                                     const std::vector<Plan::Fetch>& fetch,
                                     const std::vector<Plan::Fetch>& wanted, const RetryPolicy& retry,
                                     FolderLanding& landing, Progress& progress) {
    const auto no_current_files = [](const RelPath&) { return std::vector<RelPath>(); };
    const auto to_read = sets_to_read(names_of_sets(listing, places_of(fetch), no_current_files));
    const auto lists = fetches_of(to_read, listing, wanted);
    auto fetched = fetch_files(upstream, listing, lists, {.retry = retry}, landing, progress);
    if (!fetched) return fetched.error();
    const auto sets = read_sets(to_read, listing, fetch, *fetched, landing);
    if (!sets) return sets.error();

    auto rest = wanted;
    std::erase_if(rest, [&](const Plan::Fetch& item) { return is_fetched(lists, item.place); });
    learn_digests(listing, rest, *sets);
    refuse_contradicted(rest, listing, *sets, *fetched);
    Seen seen;
    const FetchWish wish{.retry = retry,
                         .check_for = [&](const RelPath& path) { return check_by_lists(*sets, path, seen); }};
    auto others = fetch_files(upstream, listing, rest, wish, landing, progress);
    if (!others) return others.error();
    fetched->add(std::move(*others));
    return FolderFetched{.result = std::move(*fetched), .notes = sets->notes()};
}

}  // namespace mirrorseed::sync
