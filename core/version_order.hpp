// Which names are versions of one thing, and in which order these came. Pure.
//
// Names that are equal but for their runs of digits are versions of one thing: "a-9.10.iso" and "a-10.2.iso".
// Numbers that tell a machine ("i686", "raspi3", "32bit") or one disc of several ("DVD-2.iso", "2of7") are no
// versions. They are ordered number by number, however long the numbers are.
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace mirrorseed {

// The same for all versions: each run of digits that may be of a version as "0".
std::string thing_of(std::string_view name);

// Of names of one thing; others are ordered somehow. Equal only where the names are.
std::strong_ordering compare_versions(std::string_view one, std::string_view other);

}  // namespace mirrorseed
