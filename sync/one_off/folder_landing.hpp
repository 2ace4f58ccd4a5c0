// Fetched files wait beside each other in a plain folder's partial folder, each whole, until they are shown.
#pragma once

#include "sync/landing.hpp"
#include "sync/one_off/current_folder.hpp"
#include "sync/plan.hpp"

#include <vector>

namespace mirrorseed::sync {

class FolderLanding final : public Landing {
public:
    // Both outlive it.
    FolderLanding(const Folder& mirror, const Folder& partial) : mirror_(mirror), partial_(partial) {}

    // Finds what earlier runs brought: files that are here need not be fetched, and leave `wanted`; of those
    // that were not listed exactly the upstream can say whether they are as they were. What nobody wants any
    // more is removed, so that what waits here afterwards is what shall be shown.
    Result<std::vector<Plan::Fetch>> recall(const Listing& listing, std::vector<Plan::Fetch>& wanted);

    // The file that is shown under this name in the end, as far as it came: what waits, or what is shown now.
    Result<Descriptor> open_newest(const RelPath& path) const;

    Result<Folder> staging() override { return partial_.again(); }
    std::optional<Entry> current(const RelPath& path) override;
    Status show_current(const RelPath& path, const Entry& entry, const Folder& folder,
                        const RelPath& name) override;
    Result<Verdict> take(const Folder& from, const RelPath& name, Arrival& arrival, Acquire acquire) override;
    Status commit(std::vector<Arrival>& batch) override;

private:
    const Folder& mirror_;
    const Folder& partial_;
};

}  // namespace mirrorseed::sync
