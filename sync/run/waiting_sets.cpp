#include "sync/run/waiting_sets.hpp"

#include "core/text.hpp"
#include "sync/generation/candidate.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace mirrorseed::sync {
namespace {

class Lacks {
public:
    Lacks(const Listing& listing, const FetchResult& fetched) {
        for (const auto& item : fetched.quarantined)
            lacks_.emplace(item.path, item.reason);
        for (const auto place : fetched.closed)
            lacks_.emplace(listing.path_of(place), still_closed);
    }

    // Of its first file that is not as it should be; nothing where all are.
    std::optional<LeftOut> fault_of(const FileSet& set) const {
        for (const auto& path : set.files)
            if (const auto found = lacks_.find(path); found != lacks_.end())
                return LeftOut{path, found->second + "; all of " + escape_text(set.folder.str()) +
                                         " waits until it is what its checksum list says"};
        return std::nullopt;
    }

private:
    std::unordered_map<RelPath, std::string> lacks_;
};

std::vector<StagedFile> came(const FileSet& set, const Listing& listing, const FetchResult& fetched) {
    std::vector<StagedFile> staged;
    for (const auto& path : set.files) {
        const auto place = listing.place_of(path);
        if (!place || std::binary_search(fetched.missing.begin(), fetched.missing.end(), *place)) continue;
        const auto entry = listing.at(*place).entry;
        if (entry.kind == EntryKind::file && entry.digest)
            staged.push_back({path, entry.size, entry.mtime, *entry.digest});
    }
    return staged;
}

}  // namespace

void hold_back_sets(const std::vector<FileSet>& sets, const Plan& plan, const Listing& listing,
                    FetchResult& fetched, Doubtful& doubtful) {
    const Lacks lacks(listing, fetched);
    std::unordered_set<RelPath> folders;
    for (const auto& set : sets) {
        auto fault = lacks.fault_of(set);
        if (!fault) continue;
        folders.insert(set.folder);
        std::erase_if(fetched.quarantined, [&](const LeftOut& item) {
            return std::find(set.files.begin(), set.files.end(), item.path) != set.files.end();
        });
        doubtful.waiting.push_back(std::move(*fault));
        doubtful.names.insert(doubtful.names.end(), set.files.begin(), set.files.end());
        doubtful.names.insert(doubtful.names.end(), set.replaced.begin(), set.replaced.end());
        const auto staged = came(set, listing, fetched);
        doubtful.kept.insert(doubtful.kept.end(), staged.begin(), staged.end());
    }
    if (folders.empty()) return;
    for (const auto& gone : plan.remove)
        if (gone.entry.kind != EntryKind::folder && folders.contains(gone.path.parent()))
            doubtful.names.push_back(gone.path);
}

}  // namespace mirrorseed::sync
