// The short name by which a person says which candidate he approves.
//
// It is made from what the candidate changes: built again by the next sync it has the same name, and whoever
// looked at another one names another one.
#pragma once

#include "core/digest.hpp"
#include "core/store/store.hpp"

#include <string>

namespace mirrorseed::sync {

// Pure: is shown the changes, in the catalogue's order.
class CandidateName {
public:
    void see(const EntryChange& change);
    std::string finish();

private:
    Sha256 hash_;
    std::string line_;
};

// Of the tree's candidate, in one walk over the tree.
std::string name_of_candidate(Store& store, const TreeRow& tree);

}  // namespace mirrorseed::sync
