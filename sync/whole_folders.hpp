// Which folders are wanted with everything in them, so that an upstream may be asked for the folder. Pure.
#pragma once

#include "sync/listing.hpp"
#include "sync/plan.hpp"

#include <cstdint>
#include <vector>

namespace mirrorseed::sync {

// For those who ask for one after the other: what is told of a folder is found out with its first file.
class WholeFolders {
public:
    // Both outlive it; the wanted are in ascending order.
    WholeFolders(const Listing& listing, const std::vector<Plan::Fetch>& wanted)
        : listing_(listing), wanted_(wanted) {}

    // How many files the folder of the one at `index` has, when there is nothing else in it and all are
    // wanted; else 0.
    std::uint32_t files_beside(std::size_t index);

private:
    std::uint32_t files_from(std::size_t index) const;

    const Listing& listing_;
    const std::vector<Plan::Fetch>& wanted_;
    std::uint32_t folder_ = 0, files_ = 0;  // of the last that was asked for, if it is whole
};

}  // namespace mirrorseed::sync
