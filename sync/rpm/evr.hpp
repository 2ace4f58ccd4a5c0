// Which of two versions of an RPM package is newer: epoch, version and release, compared as rpm does. Pure.
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace mirrorseed::sync::rpm {

struct Evr {
    std::string epoch{}, version{}, release{};  // no epoch is 0
};

std::weak_ordering compare(const Evr& one, const Evr& other);

// One part: runs of digits and of letters count, a tilde comes before the end, a caret after it.
std::weak_ordering compare_parts(std::string_view one, std::string_view other);

}  // namespace mirrorseed::sync::rpm
