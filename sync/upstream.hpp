// Where a tree comes from.
//
// Each kind of upstream is one file that implements this; open_upstream() picks
// it by the URL. All of it blocks, and asks `progress` whether to stop.
#pragma once

#include "core/blob_store.hpp"
#include "core/glob.hpp"
#include "core/progress.hpp"
#include "core/result.hpp"
#include "sync/listing.hpp"

#include <memory>
#include <optional>
#include <string>

namespace mirrorseed::sync {

class Upstream {
public:
    virtual ~Upstream() = default;

    // The URL as it may be shown: without credentials.
    virtual const std::string& name() const = 0;

    virtual Result<Listing> list(const Selection& selection, Progress& progress) = 0;
    // The entry as it is now, or nothing when it is gone; for what changed since the listing.
    virtual Result<std::optional<Entry>> look(const RelPath& path) = 0;
    // Appends to `into` what comes after its size so far. Fault::changed when the file is no longer what
    // `expected` says, before or after. What `into` refuses comes back as it is.
    virtual Status fetch(const RelPath& path, const Entry& expected, Intake& into, Progress& progress) = 0;
    // The folder on this machine that holds the upstream's files, where there is one.
    virtual const Folder* local_folder() const { return nullptr; }
};

Result<std::unique_ptr<Upstream>> open_upstream(const std::string& url);

}  // namespace mirrorseed::sync
