// Named files for a plan, which changes no store: they come to a folder that is gone with the plan.
#pragma once

#include "core/system/private_folder.hpp"
#include "sync/run/named_files.hpp"
#include "sync/wish.hpp"

#include <map>

namespace mirrorseed::sync {

class PlannedNamedFiles final : public NamedPlace {
public:
    static Result<std::unique_ptr<PlannedNamedFiles>> make(const Wish& wish, Progress& progress);

    bool holds(const Digest& digest) const override;
    std::optional<Entry> current(const RelPath&) const override { return std::nullopt; }
    std::optional<Entry> as_sent(const RelPath& path, const Digest& digest) const override;
    void note_sent(const PathEntry& file) override { sent_.insert_or_assign(file.path, file.entry); }
    std::optional<Digest> content_of(const Checksum& sum) const override;
    void expect(const RelPath& path, const Checksum& sum) override { sums_.insert_or_assign(path, sum); }
    Result<FetchResult> fetch(Upstream& upstream, Listing& listing,
                              const std::vector<Plan::Fetch>& wanted) override;
    Result<Descriptor> open(const Digest& digest) const override;

private:
    PlannedNamedFiles(PrivateFolder place, Folder folder, const Wish& wish, Progress& progress)
        : place_(std::move(place)), folder_(std::move(folder)), wish_(wish), progress_(progress) {}

    PrivateFolder place_;
    Folder folder_;
    const Wish& wish_;
    Progress& progress_;
    std::map<RelPath, Entry> sent_;
    ExpectedSums sums_;
    std::map<Checksum, Digest> contents_;
};

}  // namespace mirrorseed::sync
