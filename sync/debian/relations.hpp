// What a package says of others: "libc6 (>= 2.36), default-mta | mail-transport-agent". Pure.
#pragma once

#include "core/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::sync::debian {

struct Relation {
    enum class Is { any, earlier, earlier_or_equal, equal, later_or_equal, later };
    std::string name{};
    Is is = Is::any;
    std::string version{};
};

using Alternatives = std::vector<Relation>;

// All of them are wanted, and of each any alternative. Which architecture a name is qualified with does not
// count.
Result<std::vector<Alternatives>> parse_relations(std::string_view text);

bool satisfies(std::string_view version, const Relation& wanted);

}  // namespace mirrorseed::sync::debian
