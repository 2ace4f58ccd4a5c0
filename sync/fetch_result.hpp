// What became of the files that were to be fetched.
#pragma once

#include "core/store/catalogue_contents.hpp"
#include "sync/listing.hpp"
#include "sync/plan.hpp"

#include <vector>

namespace mirrorseed::sync {

struct BadlySigned {
    RelPath path, signature;
};

struct FetchResult {
    // Places are in ascending order, but for the changed ones.
    std::vector<Listing::Place> same;       // are what the tree has already
    std::vector<Listing::Place> changed;    // are not, or are no more, what was listed
    std::vector<Listing::Place> gone;       // of those: the upstream does not have them
    std::vector<Listing::Place> missing;    // all that did not come, for whatever reason
    std::vector<Listing::Place> closed;     // are embargoed, and the upstream does not hand them out
    std::vector<LeftOut> quarantined;       // could not be had
    std::vector<Listing::Place> refused;    // of those: came, and were not what they should be
    std::vector<BadlySigned> badly_signed;  // of those: are what they should be but for their signatures
    std::vector<LeftOut> withdrawn;         // came, and are refused
    Bytes transferred = 0;
    Amount delta{};  // files of which only the difference came, and the bytes that this saved

    void add(FetchResult more);
    void sort();
};

}  // namespace mirrorseed::sync
