// Named files come to a tree's store.
#pragma once

#include "sync/run/named_files.hpp"
#include "sync/run/surroundings.hpp"
#include "sync/run/tree_fetch.hpp"

namespace mirrorseed::sync {

class StoredNamedFiles final : public NamedPlace {
public:
    // Both outlive it.
    StoredNamedFiles(const Surroundings& around, TreeFetch& fetching)
        : around_(around), fetching_(fetching) {}

    bool holds(const Digest& digest) const override;
    std::optional<Entry> current(const RelPath& path) const override;
    std::optional<Entry> as_sent(const RelPath& path, const Digest& digest) const override;
    void note_sent(const PathEntry& file) override;
    std::optional<Digest> content_of(const Checksum& sum) const override;
    void expect(const RelPath& path, const Checksum& sum) override { fetching_.expect(path, sum); }
    Result<FetchResult> fetch(Upstream& upstream, Listing& listing,
                              const std::vector<Plan::Fetch>& wanted) override;
    Result<Descriptor> open(const Digest& digest) const override;

private:
    const Surroundings& around_;
    TreeFetch& fetching_;
};

}  // namespace mirrorseed::sync
