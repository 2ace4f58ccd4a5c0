// Which files of a suite are held: the indices that clients of the chosen components and architectures ask
// for.
//
// Of a file that is there packed in several ways all of those are held, and it as it is only where there is
// no other: clients ask for a packed one first. Pure.
#pragma once

#include "core/glob.hpp"
#include "sync/debian/installer_choice.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::sync::debian {

struct IndexWish {
    std::vector<std::string> components{}, architectures{};  // architectures: "source" too
    std::vector<Glob> languages{};
    bool dep11 = true, cnf = true, contents = false, installer = false;
};

struct ChosenIndex {
    // What is plain is held and not read; a list of images is an installer's.
    enum class Kind { packages, sources, udebs, images, plain };
    Kind kind = Kind::plain;
    std::string component{}, architecture{};
    // The same content, packed in several ways, the quickest to unpack first.
    std::vector<ReleasedFile> forms{};
    // Wanted only where none of those can be had: as it is unpacked, or at another place.
    std::optional<ReleasedFile> otherwise{};
    std::optional<InstallerLink> link{};  // to what it is of
};

struct IndexChoice {
    std::vector<ChosenIndex> indices{};
    std::vector<std::string>
        lacks{};  // what is asked for and this suite has not: "Packages of main for arm64"
};

// Fault::bad_input where there are more components for more architectures than any archive has.
Result<IndexChoice> choose_indices(const ReleaseFile& release, const IndexWish& wish);

}  // namespace mirrorseed::sync::debian
