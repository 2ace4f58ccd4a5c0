// A package database of pacman's, REPO.db or REPO.files: a packed tar with a folder for each package.
#pragma once

#include "core/system/folder.hpp"
#include "sync/arch/package_desc.hpp"

#include <vector>

namespace mirrorseed::sync::arch {

// By file. Fault::bad_input, naming what is wrong.
Result<std::vector<Package>> read_database(const Descriptor& database);

}  // namespace mirrorseed::sync::arch
