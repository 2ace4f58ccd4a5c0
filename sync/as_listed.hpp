// Is a file that lies on a disk what was listed? Pure.
#pragma once

#include "core/system/folder.hpp"
#include "sync/orders.hpp"

namespace mirrorseed::sync {

// How fine the times of a listing and of the files that come are.
enum class TimeStep { second, nanosecond };

// As far as the listing was sure: of a size or a time that it does not tell, any will do.
bool is_as_listed(const FileFacts& facts, const Order& order, TimeStep step);

}  // namespace mirrorseed::sync
