// A package database of pacman's, REPO.db or REPO.files: a packed tar with a folder for each package.
#pragma once

#include "core/system/folder.hpp"
#include "sync/arch/package_desc.hpp"

#include <stop_token>
#include <vector>

namespace mirrorseed::sync::arch {

// By file. Fault::bad_input, naming what is wrong.
Result<std::vector<Package>> read_database(const Descriptor& database, const std::stop_token& stop);

}  // namespace mirrorseed::sync::arch
