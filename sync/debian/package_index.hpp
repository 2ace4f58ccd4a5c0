// Packages and Sources: what each stanza names. Pure.
#pragma once

#include "core/digest.hpp"
#include "core/rel_path.hpp"
#include "core/result.hpp"
#include "core/units.hpp"
#include "sync/debian/control_reader.hpp"

#include <functional>
#include <string>
#include <vector>

namespace mirrorseed::sync::debian {

struct PoolFile {
    RelPath path;  // within the archive
    Bytes size = 0;
    Digest digest{};
};

struct Package {
    std::string name{}, version{}, section{};
    std::vector<PoolFile> files{};
    // Of binary packages, as they stand there.
    std::string architecture{}, depends{}, pre_depends{}, provides{};
};

using SeePackage = std::function<Status(Package&&)>;

// For a ControlReader each. Refuse a stanza that lacks what every one has, and a path that leads out of the
// archive.
ControlReader packages_reader(SeePackage seen);
ControlReader sources_reader(SeePackage seen);

}  // namespace mirrorseed::sync::debian
