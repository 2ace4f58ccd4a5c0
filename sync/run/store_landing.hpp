// Fetched files become blobs, with rows that remember them from a batch on.
#pragma once

#include "core/clock.hpp"
#include "core/store/store.hpp"
#include "sync/expected_sums.hpp"
#include "sync/landing.hpp"
#include "sync/listing_memory.hpp"

#include <mutex>
#include <optional>
#include <unordered_set>
#include <vector>

namespace mirrorseed::sync {

class StoreLanding final : public Landing {
public:
    // `memory` learns of files that were not listed exactly; it may be missing.
    // What came and was in `sums` is remembered by that; they may be missing too.
    StoreLanding(Store& store, const TreeRow& tree, ListingMemory* memory, Clock clock,
                 const ExpectedSums* sums = nullptr);
    ~StoreLanding() override;
    StoreLanding(const StoreLanding&) = delete;
    StoreLanding& operator=(const StoreLanding&) = delete;

    Result<Folder> staging() override;
    std::optional<Entry> current(const RelPath& path) override;
    std::optional<Entry> staged(const RelPath& path) override;
    Status show_current(const RelPath& path, const Entry& entry, const Folder& folder,
                        const RelPath& name) override;
    Result<Verdict> take(const Folder& from, const RelPath& name, Arrival& arrival, Acquire acquire) override;
    Status commit(std::vector<Arrival>& batch) override;

    // Contents that were here already, damaged, and came again.
    const std::vector<Digest>& replaced() const noexcept { return replaced_; }

private:
    Existing existing(const Digest& digest);
    Status dress_as_before(const Digest& digest);
    void remember_sum(const PathEntry& file);
    bool names_all_fresh(const std::vector<Arrival>& batch) const;
    std::vector<std::optional<Dress>> dresses_of(const std::vector<Arrival>& batch) const;
    Result<bool> place(const Folder& from, const RelPath& name, const Arrival& arrival, Acquire acquire);

    Store& store_;
    const TreeRow& tree_;
    ListingMemory* memory_;
    Clock clock_;
    const ExpectedSums* sums_;
    std::unordered_set<Digest> withdrawn_;
    std::mutex mutex_;                        // the catalogue is one connection, and lanes are threads
    std::unordered_set<Digest> fresh_;        // placed, and their rows will come
    std::optional<Contents::Naming> naming_;  // begun before the first name that has no row yet
    std::size_t being_placed_ = 0;
    std::vector<Digest> replaced_;
};

// Removes what earlier runs left in staging and no run will resume.
Status clear_staging(Store& store, const TreeRow& tree);

}  // namespace mirrorseed::sync
