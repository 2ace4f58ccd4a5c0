// STORE/manifests/NAME/N.zst: one published generation in full.
//
// Lines in raw path order, compressed with zstd; beside it N.json, the head:
// what the catalogue knows of the generation itself. Entries that are not for
// everybody stand in N.private.zst, readable by the owner alone, so that the
// manifest itself can be given away. From these files a lost catalogue is
// rebuilt. All are written after the commit that publishes the generation.
// What differs between two generations in a row is kept too (manifest_difference.hpp),
// and takes the place of most older files.
#pragma once

#include "core/result.hpp"
#include "core/store/catalogue.hpp"
#include "core/store/manifest_head.hpp"
#include "core/store/manifest_parts.hpp"
#include "core/system/folder.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mirrorseed {

// The manifest's lines in order, public and private ones merged.
class ManifestReader {
public:
    static Result<ManifestReader> open(const Folder& manifests, const ManifestWay& way);
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
// The head again, where it is damaged or gone.
Status mend_head(const Folder& manifests, const ManifestHead& head);
Result<ManifestHead> read_head(const Folder& manifests, Generation generation);

// Removes the full lines of a generation which a difference replaces. Cut off anywhere, it is a full one or
// none.
Status remove_full(const Folder& manifests, Generation generation);
// All of its files, and the differences to it and from it.
void remove_manifest(const Folder& manifests, const ManifestFiles& files, Generation generation);

// The generations that a folder of manifests tells of, oldest first. Where a head is damaged or gone, what a
// difference remembers of it is taken, which `mended` tells; else it is told in `troubles` and passed over.
Result<std::vector<ManifestHead>> manifest_heads(const Folder& manifests, std::vector<std::string>& troubles,
                                                 std::vector<std::string>& mended);

// What `recover` could not use keeps its name with this behind it, until a person takes it away.
void put_manifest_aside(const Folder& manifests, Generation generation);

// The highest generation of which there is a head, damaged or not, or a difference; 0 when there is none.
// Reads names alone.
struct NewestHead {
    Generation generation = 0;
    bool has_damaged = false;
};
Result<NewestHead> newest_head(const Folder& manifests);

}  // namespace mirrorseed
