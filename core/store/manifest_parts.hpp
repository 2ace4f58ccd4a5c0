// The files of a folder of manifests by their names, and the ways by which a generation's lines are had from
// them.
#pragma once

#include "core/entry.hpp"
#include "core/result.hpp"
#include "core/store/catalogue_trees.hpp"
#include "core/store/manifest_lines.hpp"
#include "core/system/folder.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mirrorseed {

// The entries that everybody may read, and those that are hidden.
enum class ManifestPart { open, closed };

// Two generations of which there is a difference; the older one is 0 where it leads from nothing.
struct ManifestPair {
    Generation older = 0, newer = 0;
    bool operator==(const ManifestPair&) const = default;
};

// What a folder holds, told by names alone. Nothing says that it can be read.
struct ManifestFiles {
    std::vector<Generation> full;  // each newest first
    std::vector<Generation> heads;
    std::vector<ManifestPair> pairs;
    std::vector<std::string> unfinished;  // what a crash left
    bool has_damaged = false;             // put aside
};
Result<ManifestFiles> manifest_files(const Folder& manifests);

RelPath manifest_name(Generation generation, const char* suffix);
RelPath full_name(Generation generation, ManifestPart part);
RelPath pair_name(const ManifestPair& pair, ManifestPart part);

// From a full manifest (0: from no line at all) over differences, one after the other, in one direction.
struct ManifestWay {
    Generation full = 0;
    std::vector<ManifestPair> pairs{};

    DifferenceSide to() const noexcept {
        return pairs.empty() || pairs.front().older == full ? DifferenceSide::newer : DifferenceSide::older;
    }
    // Was the older one had from newer ones, over the other as the last before it?
    bool leads_on_to(Generation older, Generation newer) const noexcept {
        return !pairs.empty() && to() == DifferenceSide::older && pairs.back() == ManifestPair{older, newer};
    }
    bool operator==(const ManifestWay&) const = default;
};

Result<std::unique_ptr<ManifestLines>> open_part(const Folder& manifests, const ManifestWay& way,
                                                 ManifestPart part);
// What differs between two generations, without a look at either of them. One side may be missing.
using SeenDifference =
    std::function<void(const std::optional<PathEntry>& older, const std::optional<PathEntry>& newer)>;
Status each_difference(const Folder& manifests, const ManifestPair& pair, ManifestPart part,
                       const SeenDifference& seen);
// The same as lines, of the open part; `seen` answers whether it wants more.
using SeenLines = std::function<bool(Difference difference)>;
Status each_differing_line(const Folder& manifests, const ManifestPair& pair, const SeenLines& seen);
Result<DifferenceHead> read_difference_head(const Folder& manifests, const ManifestPair& pair);

}  // namespace mirrorseed
