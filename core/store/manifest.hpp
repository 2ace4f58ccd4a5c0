// STORE/manifests/NAME/N.zst: one published generation in full.
//
// Lines in raw path order, compressed with zstd; beside it N.json, the head:
// what the catalogue knows of the generation itself. Entries that are not for
// everybody stand in N.private.zst, readable by the owner alone, so that the
// manifest itself can be given away. From these files a lost catalogue is
// rebuilt. All are written after the commit that publishes the generation.
#pragma once

#include "core/result.hpp"
#include "core/store/catalogue.hpp"
#include "core/store/manifest_head.hpp"
#include "core/system/folder.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mirrorseed {

// The manifest's lines in order, public and private ones merged.
class ManifestReader {
public:
    static Result<ManifestReader> open(const Folder& manifests, Generation generation);
    ManifestReader(ManifestReader&&) noexcept;
    ManifestReader& operator=(ManifestReader&&) noexcept;
    ~ManifestReader();

    // The next entry, nothing at the end, an error where the file is damaged or out of order.
    Result<std::optional<PathEntry>> next();
    // Of the public lines, once the end was reached.
    Digest digest();

private:
    struct State;
    explicit ManifestReader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// Writes the three files of a published generation, durably, and answers the digest of the public lines.
Result<Digest> write_manifest(const Folder& manifests, Catalogue& catalogue, const TreeRow& tree,
                              const GenerationRow& generation);
// Tells in the generation's head that its tree waits for a person no more, durably; nothing where there is no
// head yet.
Status note_end_of_pause(const Folder& manifests, Generation generation);
void remove_manifest(const Folder& manifests, Generation generation);

// The generations that a folder of manifests holds heads of, oldest first. A damaged head is told and passed
// over.
Result<std::vector<ManifestHead>> manifest_heads(const Folder& manifests, std::vector<std::string>& troubles);

// What `recover` could not use keeps its name with this behind it, until a person takes it away.
void put_manifest_aside(const Folder& manifests, Generation generation);

// The highest generation of which there is a head, damaged or not; 0 when there is none. Reads names alone.
struct NewestHead {
    Generation generation = 0;
    bool has_damaged = false;
};
Result<NewestHead> newest_head(const Folder& manifests);

}  // namespace mirrorseed
