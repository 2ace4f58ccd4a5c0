// Where names of the upstream lead: packages of Arch Linux are links into a pool. Pure but for the questions.
//
// Where the upstream does not tell links, those that the tree has stay links.
#pragma once

#include "sync/metadata_listing.hpp"

#include <map>
#include <optional>
#include <vector>

namespace mirrorseed::sync::arch {

class UpstreamNames {
public:
    // `around` outlives it.
    explicit UpstreamNames(const MetadataSurroundings& around) : around_(around) {}

    struct Led {
        std::vector<PathEntry> links{};  // on the way
        RelPath file{};
        bool is_told = false;          // by the upstream, whether there is one
        std::optional<Entry> entry{};  // where it is told, and there
        bool is_absent() const noexcept { return is_told && !entry; }
    };
    // Fault::bad_input for a link that leaves the tree, or leads on and on.
    Result<Led> follow(const RelPath& path);

private:
    Result<const std::optional<PackedFolder>*> folder(const RelPath& path);
    Result<std::optional<Entry>> look(const RelPath& path, bool& is_told);

    const MetadataSurroundings& around_;
    std::map<RelPath, std::optional<PackedFolder>> folders_;
};

}  // namespace mirrorseed::sync::arch
