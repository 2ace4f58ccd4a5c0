// What a suite's Release says (https://wiki.debian.org/DebianRepository/Format). Pure; whether it may be
// believed is asked before.
#pragma once

#include "core/clock.hpp"
#include "core/digest.hpp"
#include "core/rel_path.hpp"
#include "core/result.hpp"
#include "core/units.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::sync::debian {

struct ReleasedFile {
    RelPath path;  // within the suite's folder
    Bytes size = 0;
    Digest digest{};
    std::string sha512{};  // in hex, where it is told

    bool operator==(const ReleasedFile&) const = default;
};

struct ReleaseFile {
    std::optional<UnixTime> date{}, valid_until{};
    std::vector<std::string> architectures{};
    bool by_hash = false;
    // Packages for all architectures have an index of their own, which clients read beside that of theirs.
    bool has_index_for_all = false;
    std::vector<ReleasedFile> files{};  // by path

    const ReleasedFile* find(const RelPath& path) const;
};

// Refuses what is no Release, a file twice with different contents, and a path that leads out of the suite's
// folder.
Result<ReleaseFile> parse_release(std::string_view text);

// "Sat, 07 Oct 2023 09:57:16 UTC".
std::optional<UnixTime> parse_release_date(std::string_view text);

// Under the name that clients ask for by its strongest sum.
RelPath by_hash_path(const ReleasedFile& file);

}  // namespace mirrorseed::sync::debian
