// What is written down of releases beside the catalogue, so that a lost one loses none of them.
#pragma once

#include "core/store/release_record.hpp"
#include "core/store/store.hpp"

#include <string>
#include <utility>
#include <vector>

namespace mirrorseed::sync {

// One record for each release of the trees that have had the name, as the catalogue has it now, and no other.
Status write_records(Store& store, const std::string& tree);

// The records of all trees, by tree; what is no record is told.
std::vector<std::pair<std::string, ReleaseRecord>> read_records(const Folder& store,
                                                                std::vector<std::string>& troubles);

}  // namespace mirrorseed::sync
