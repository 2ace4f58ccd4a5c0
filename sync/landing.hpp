// Where fetched files end up.
//
// The fetcher knows neither blobs nor rows; it stages files and hands whole ones to
// a landing. A store's landing makes blobs of them (sync/run/store_landing.hpp), a plain
// folder's keeps them until they are shown (sync/one_off/folder_landing.hpp).
#pragma once

#include "core/system/folder.hpp"
#include "sync/content_watch.hpp"
#include "sync/listing.hpp"
#include "sync/orders.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::sync {

struct Arrival {
    Listing::Place place{};
    PathEntry item{};  // as it is now, with its digest
    std::string validator{};
    bool was_listed_exactly = true;
    std::unique_ptr<ContentWatch> watch{};
    bool stored = false;     // its bytes were put in place, not found there
    bool is_shared = false;  // with whoever had the file before
};

class Landing {
public:
    enum class Verdict { taken, withdrawn };

    virtual ~Landing() = default;

    virtual Result<Folder> staging() = 0;
    // What the tree has under this name now. Called by any thread.
    virtual std::optional<Entry> current(const RelPath& path) = 0;
    // What an earlier run fetched under this name and did not publish. Called by any thread.
    virtual std::optional<Entry> staged(const RelPath&) { return std::nullopt; }
    // Shows what is current at another place, to be read and not to be written. Called by any thread.
    virtual Status show_current(const RelPath& path, const Entry& entry, const Folder& folder,
                                const RelPath& name) = 0;
    // Called by any thread. An error is our own trouble, not the upstream's.
    virtual Result<Verdict> take(const Folder& from, const RelPath& name, Arrival& arrival,
                                 Acquire acquire) = 0;
    // Called by one thread: from here on the batch survives a crash.
    virtual Status commit(std::vector<Arrival>& batch) = 0;
};

}  // namespace mirrorseed::sync
