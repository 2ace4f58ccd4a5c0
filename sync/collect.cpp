#include "sync/upkeep.hpp"

#include <vector>

namespace mirrorseed::sync {

Result<CollectResult> collect_garbage(Store& store, std::chrono::seconds grace, const Clock& clock,
                                      Progress& progress) {
    CollectResult result;
    auto& contents = store.catalogue().contents();
    progress.start("gc");
    // What ended exactly that long ago is free, so that a grace of nothing keeps nothing.
    const auto unneeded = contents.unneeded(clock() - grace.count() + 1);
    {
        // The rows go before the files: a file without a row is found again below, a row without a file is damage.
        auto transaction = store.catalogue().begin();
        for (const auto& row : unneeded)
            contents.forget_blob(row.digest);
        transaction.commit();
    }
    std::vector<std::pair<Digest, Bytes>> strangers;
    const auto walked = store.blobs().each([&](const Digest& digest, const FileFacts& facts) {
        progress.file_done();
        if (contents.has_blob(digest)) {
            ++result.kept.files;
            result.kept.bytes += facts.size;
        } else {
            strangers.emplace_back(digest, facts.size);
        }
        return progress.go_on();
    });
    if (!walked) return walked.error();
    for (const auto& [digest, size] : strangers) {
        const auto removed = store.blobs().remove(digest);
        if (!removed) return removed.error();
        ++result.freed.files;
        result.freed.bytes += size;
    }
    return result;
}

}  // namespace mirrorseed::sync
