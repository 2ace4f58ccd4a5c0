// The images of an installer. Release names their lists of checksums, such as
// main/installer-amd64/VERSION/images/SHA256SUMS, and those name the images. Pure.
//
// Of the versions that Release tells of the current one is held, under its number, with a link "current" to
// it where both are told as the same: then it does not matter whether an upstream shows that link or what it
// leads to.
#pragma once

#include "sync/debian/release_file.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::sync::debian {

struct InstallerLink {
    RelPath path{};  // within the suite's folder
    std::string target{};

    bool operator==(const InstallerLink&) const = default;
};

struct InstallerList {
    ReleasedFile list{};  // SHA256SUMS, that is held with what it names
    // Wanted only where that cannot be had: some mirrors have what is current alone, and there it is no link.
    std::optional<ReleasedFile> current{};
};

struct InstallerChoice {
    std::vector<InstallerList> lists{};
    std::optional<InstallerLink> current{};
};

// `folder`: main/installer-amd64.
InstallerChoice choose_installer(const ReleaseFile& release, const std::string& folder);

struct InstallerImage {
    RelPath path;
    Digest digest{};
};

// What a list names, beside itself.
Result<std::vector<InstallerImage>> images_of(const RelPath& list, std::string_view text);

}  // namespace mirrorseed::sync::debian
