// What the chosen packages need, and what that needs: Pre-Depends and Depends. Pure.
//
// Of alternatives the first that there is, of a name that no package has all that provide it, of versions the
// newest that satisfies. A package finds what it needs in its own architecture and in what is for all.
#pragma once

#include "sync/debian/package_index.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace mirrorseed::sync::debian {

struct Closure {
    std::vector<std::size_t> chosen{};  // places, ascending: those that were given and what they need
    std::vector<std::string> unmet{};   // "git needs perl (>= 9)", each once, ascending
};

// An error where it is stopped.
Result<Closure> with_dependencies(const std::vector<Package>& packages,
                                  const std::vector<std::size_t>& chosen, const std::stop_token& stop);

}  // namespace mirrorseed::sync::debian
