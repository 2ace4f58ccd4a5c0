// The images of installers, on their way to a selection. Lists tell their digests and not their sizes, so
// those are asked for, all at once; of what the tree has they are known.
#pragma once

#include "sync/debian/installer_choice.hpp"
#include "sync/metadata_listing.hpp"
#include "sync/selected_files.hpp"

#include <string>
#include <vector>

namespace mirrorseed::sync::debian {

class InstallerFiles {
public:
    // `around` outlives it.
    explicit InstallerFiles(const MetadataSurroundings& around) : around_(around) {}

    // `part`: by which the images are told of.
    Status read(const std::string& part, const RelPath& list, const Descriptor& content);
    // Whether all could be had.
    Result<bool> add_to(SelectedFiles& files, std::vector<SelectedPart>& parts) const;

private:
    struct Images {
        std::string part{};
        std::vector<InstallerImage> images{};
    };

    std::optional<Bytes> size_here(const InstallerImage& image) const;

    const MetadataSurroundings& around_;
    std::vector<Images> lists_;
};

}  // namespace mirrorseed::sync::debian
