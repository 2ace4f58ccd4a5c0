// What rsync says while it fetches: which files it is done with, and how far it is in a large one.
//
// A server can have rsync print any line, so those that tell of files begin with a mark
// that is made anew for each run and that no server is told. Pure.
#pragma once

#include "core/result.hpp"
#include "core/units.hpp"

#include <string>
#include <string_view>

namespace mirrorseed::sync {

struct RsyncSaid {
    enum class What { nothing, file, folder, progress };
    What what = What::nothing;
    std::string name{};   // of a file or folder, below where rsync was told to write
    Bytes bytes = 0;      // that came over the line: for a file, or in all
    bool is_open = true;  // everybody may read it where it comes from
};

// For --out-format.
std::string rsync_format(std::string_view mark);

Result<RsyncSaid> parse_rsync_output(std::string_view line, std::string_view mark);

}  // namespace mirrorseed::sync
