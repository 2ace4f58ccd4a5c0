#include "sync/run/refusals.hpp"

#include <algorithm>

namespace mirrorseed::sync {
namespace {

constexpr UnixTime day = 24 * 60 * 60;
// What no listing tells: the file is as it should be, and its signature must be another.
constexpr const char* another_signature = "another signature";

const RefusedFile* find(const std::vector<RefusedFile>& files, const RelPath& path) {
    const auto found = std::lower_bound(
        files.begin(), files.end(), path,
        [](const RefusedFile& file, const RelPath& wanted) { return file.path.str() < wanted.str(); });
    return found == files.end() || found->path != path ? nullptr : &*found;
}

}  // namespace

std::string expectation_of(const ListedEntry& listed, const std::vector<Checksum>& by_lists) {
    std::string text;
    const auto add = [&](const Checksum& checksum) {
        text += std::string(checksum_name(checksum.kind)) + ":" + checksum.hex() + "\n";
    };
    const auto& digest = listed.entry.digest;
    if (digest) add(Checksum::of(*digest));
    for (const auto& checksum : by_lists)
        if (!digest || checksum != Checksum::of(*digest)) add(checksum);
    return text;
}

bool is_still_refused(const RefusedFile& refused, const ListedEntry& listed, const std::string& expected,
                      UnixTime now) {
    return listed.sureness.is_told() && refused.size == listed.entry.size &&
           refused.mtime == listed.entry.mtime && refused.expected == expected && now >= refused.at &&
           now - refused.at < day;
}

Refusals::Refusals(const Surroundings& around, const ChecksumSets& sets)
    : around_(around),
      sets_(sets),
      before_(around.wish.full ? std::vector<RefusedFile>()
                               : around.store.catalogue().doubts().refused(around.tree.id)) {}

std::string Refusals::expectation_of(const Listing& listing, Listing::Place place) const {
    return sync::expectation_of(listing.at(place), sets_.expected(listing.path_of(place)));
}

std::vector<Plan::Fetch> Refusals::worth_fetching(const std::vector<Plan::Fetch>& wanted,
                                                  const Listing& listing, FetchResult& result) const {
    if (before_.empty()) return wanted;
    const auto now = around_.clock();
    std::vector<Plan::Fetch> worth;
    for (const auto& item : wanted) {
        const auto path = listing.path_of(item.place);
        const auto* refused = find(before_, path);
        const auto is_worth =
            refused == nullptr ||
            !is_still_refused(*refused, listing.at(item.place), expectation_of(listing, item.place), now);
        if (is_worth) {
            worth.push_back(item);
            continue;
        }
        result.quarantined.push_back({path, refused->reason});
        result.refused.push_back(item.place);
        result.missing.push_back(item.place);
    }
    return worth;
}

void Refusals::remember(const Listing& listing, const FetchResult& result) const {
    std::vector<RefusedFile> files;
    for (const auto& item : result.quarantined) {
        const auto place = listing.place_of(item.path);
        if (!place || !std::binary_search(result.refused.begin(), result.refused.end(), *place)) continue;
        const auto listed = listing.at(*place);
        const auto* before = find(before_, item.path);
        const auto expected = expectation_of(listing, *place);
        const auto now = around_.clock();
        const bool was_known = before != nullptr && is_still_refused(*before, listed, expected, now);
        files.push_back({.path = item.path,
                         .size = listed.entry.size,
                         .mtime = listed.entry.mtime,
                         .expected = expected,
                         .reason = item.reason,
                         .at = was_known ? before->at : now});
    }
    for (const auto& item : result.badly_signed)
        files.push_back(
            {.path = item.path, .size = 0, .mtime = {}, .expected = another_signature, .reason = {}});
    std::sort(files.begin(), files.end(),
              [](const RefusedFile& one, const RefusedFile& other) { return one.path < other.path; });
    auto& doubts = around_.store.catalogue().doubts();
    if (files.empty() && before_.empty() && !around_.wish.full) return;
    auto transaction = around_.store.catalogue().begin();
    doubts.set_refused(around_.tree.id, files);
    transaction.commit();
}

}  // namespace mirrorseed::sync
