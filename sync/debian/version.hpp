// Which of two versions of a Debian package is newer (deb-version(7)). Pure.
#pragma once

#include <compare>
#include <string_view>

namespace mirrorseed::sync::debian {

// Any text has its place; "1.0", "1.00" and "0:1.0-0" are the same version.
std::weak_ordering compare_versions(std::string_view one, std::string_view other);

}  // namespace mirrorseed::sync::debian
