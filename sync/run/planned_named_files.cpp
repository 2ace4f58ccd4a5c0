#include "sync/run/planned_named_files.hpp"

#include "sync/fetcher.hpp"

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

Result<FetchResult> PlannedNamedFiles::fetch(Upstream& upstream, Listing& listing,
                                             const std::vector<Plan::Fetch>& wanted) {
    PlannedLanding landing(folder_);
    auto fetched =
        fetch_files(upstream, listing, wanted,
                    {.retry = {.retries = wish_.manners.retries}, .by_digest = true}, landing, progress_);
    if (!fetched) return fetched;
    for (const auto& item : wanted)
        note_sent(listing.path_entry(item.place));
    return fetched;
}

Result<Descriptor> PlannedNamedFiles::open(const Digest& digest) const {
    return folder_.open_file(name_of(digest));
}

}  // namespace mirrorseed::sync
