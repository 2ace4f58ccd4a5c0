// What repomd.xml says: which files tell of a repository, and what they must be. Pure; whether it may be
// believed is asked before.
#pragma once

#include "core/checksum.hpp"
#include "core/clock.hpp"
#include "core/rel_path.hpp"
#include "core/result.hpp"
#include "core/units.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::sync::rpm {

struct RepoFile {
    std::string type{};  // "primary", "filelists", "updateinfo", "group"
    RelPath path{};      // within the repository
    Checksum sum{};
    std::optional<Bytes> size{};
    UnixTime timestamp = 0;
};

struct Repomd {
    std::string revision{};
    std::vector<RepoFile> files{};

    // The time of its newest file; where none has one, its revision, which is a time by default. Or 0.
    UnixTime dated() const;
};

// Refuses what is no repomd.xml, has no primary or two, names a path outside of the repository, or a file at
// another place (xml:base).
Result<Repomd> parse_repomd(std::string_view text);

}  // namespace mirrorseed::sync::rpm
