// What a package database of pacman's says of one package: its file "desc". Pure.
#pragma once

#include "core/digest.hpp"
#include "core/rel_path.hpp"
#include "core/result.hpp"
#include "core/units.hpp"

#include <string>
#include <string_view>

namespace mirrorseed::sync::arch {

struct Package {
    std::string name;
    RelPath file;  // a name, beside the database
    Bytes size = 0;
    Digest digest{};
    std::string signature{};  // detached; empty where the database has none
    bool operator==(const Package&) const = default;
};

// "%FIELD%", its values line by line, and an empty line. Fault::bad_input for what is no such text, tells a
// field twice that matters here, or does not tell what a file must be.
Result<Package> parse_desc(std::string_view text);

}  // namespace mirrorseed::sync::arch
