// What the inode of a content should wear, which all of its names share.
//
// Pure. A name that asks for something else is a copy in its checkout, so the dress
// that names ask for stays while one of them does, and else is what most of them
// ask for. What one readable entry names everybody may read: then the wishes of
// hidden ones count for nothing, and they are copies.
#pragma once

#include "core/store/catalogue_dresses.hpp"

#include <vector>

namespace mirrorseed::sync {

bool is_open(const Dress& dress) noexcept;

// What somebody may read who reads what is published.
bool is_for_readers(const std::vector<DressWish>& wishes, bool is_in_release) noexcept;

Dress choose_dress(const Dress& now, const std::vector<DressWish>& wishes, bool is_in_release);

// Names that a checkout must show as copies where the inode changes from one dress to the other: those that
// it has yet to show, and those that were links until now.
std::uint64_t copies_to_make(const Dress& now, const Dress& next, const std::vector<DressWish>& wishes);

}  // namespace mirrorseed::sync
