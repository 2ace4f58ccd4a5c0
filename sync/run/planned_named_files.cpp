#include "sync/run/planned_named_files.hpp"

#include "sync/fetcher.hpp"

#include <algorithm>

namespace mirrorseed::sync {
namespace {

RelPath name_of(const Digest& digest) {
    return RelPath::parse_name(digest.hex()).value();
}

// Each under its digest, beside where it was staged.
class PlannedLanding final : public Landing {
public:
    explicit PlannedLanding(const Folder& folder) : folder_(folder) {}

    Result<Folder> staging() override { return folder_.make_folder(RelPath::parse_name("staging").value()); }
    std::optional<Entry> current(const RelPath&) override { return std::nullopt; }
    Status show_current(const RelPath& path, const Entry&, const Folder&, const RelPath&) override {
        return Error(Fault::not_found, path.str() + ": nothing is current in a plan");
    }
    Result<Verdict> take(const Folder& from, const RelPath& name, Arrival& arrival,
                         Acquire acquire) override {
        const auto to = name_of(arrival.item.entry.digest.value());
        const auto placed =
            acquire == Acquire::move ? from.rename(name, folder_, to) : from.hard_link(name, folder_, to);
        if (!placed) return placed.error();
        return Verdict::taken;
    }
    Status commit(std::vector<Arrival>&) override { return {}; }

private:
    const Folder& folder_;
};

}  // namespace

Result<std::unique_ptr<PlannedNamedFiles>> PlannedNamedFiles::make(const Wish& wish, Progress& progress) {
    auto place = PrivateFolder::make("plan");
    if (!place) return place.error();
    auto folder = Folder::open(place->path());
    if (!folder) return folder.error();
    return std::unique_ptr<PlannedNamedFiles>(
        new PlannedNamedFiles(std::move(*place), std::move(*folder), wish, progress));
}

bool PlannedNamedFiles::holds(const Digest& digest) const {
    return folder_.facts(name_of(digest)).has_value();
}

std::optional<Entry> PlannedNamedFiles::as_sent(const RelPath& path, const Digest& digest) const {
    const auto found = sent_.find(path);
    return found != sent_.end() && found->second.digest == digest ? std::optional(found->second)
                                                                  : std::nullopt;
}

std::optional<Digest> PlannedNamedFiles::content_of(const Checksum& sum) const {
    const auto found = contents_.find(sum);
    return found != contents_.end() ? std::optional(found->second) : std::nullopt;
}

Result<FetchResult> PlannedNamedFiles::fetch(Upstream& upstream, Listing& listing,
                                             const std::vector<Plan::Fetch>& wanted) {
    PlannedLanding landing(folder_);
    const FetchWish wish{.retry = {.retries = wish_.manners.retries},
                         .check_for =
                             [&](const RelPath& path) {
                                 const auto sum = sums_.find(path);
                                 return sum != sums_.end() ? check_of(sum->second) : nullptr;
                             },
                         .by_digest = true};
    auto fetched = fetch_files(upstream, listing, wanted, wish, landing, progress_);
    if (!fetched) return fetched;
    for (const auto& item : wanted) {
        const auto file = listing.path_entry(item.place);
        note_sent(file);
        const auto sum = sums_.find(file.path);
        const bool came = !std::binary_search(fetched->missing.begin(), fetched->missing.end(), item.place);
        if (sum != sums_.end() && came) contents_.insert_or_assign(sum->second, file.entry.digest.value());
    }
    return fetched;
}

Result<Descriptor> PlannedNamedFiles::open(const Digest& digest) const {
    return folder_.open_file(name_of(digest));
}

}  // namespace mirrorseed::sync
