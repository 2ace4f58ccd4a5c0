// In which form each generation's manifest is kept, and by which ways its lines are had.
//
// Pure. The newest generation and the one before are always there in full, and so is a difference to the
// newest: no one damaged file costs the published generation. Of older ones at most sixteen in a row are
// differences alone, so that no way to an older one is long.
#pragma once

#include "core/store/manifest_parts.hpp"

#include <optional>
#include <vector>

namespace mirrorseed::sync {

constexpr std::size_t always_full = 2;
constexpr std::size_t longest_chain = 16;

// The oldest full manifest that may become a difference to its successor; nothing when all is as it should
// be. Where there is no such difference yet, both are there in full. `passed_over` are those that cannot.
struct Shortening {
    ManifestPair pair;
    bool has_difference = false;
    bool is_newer_full = false;
    bool operator==(const Shortening&) const = default;
};
std::optional<Shortening> next_to_shorten(const ManifestFiles& files,
                                          const std::vector<Generation>& passed_over = {});

// Of which generations the files go when history tells of none before `oldest`. The one before the published
// one stays however soon history ends.
std::vector<Generation> manifests_to_remove(const ManifestFiles& files, Generation oldest,
                                            Generation published);
// Differences from nothing, which others have taken the place of.
std::vector<ManifestPair> differences_to_remove(const ManifestFiles& files);

// All ways to try, the best one first: its own file, then over few differences. In each direction no further
// than to the second full one.
std::vector<ManifestWay> ways_to(const ManifestFiles& files, Generation generation);
// Alone by differences from newer ones.
std::optional<ManifestWay> way_from_newer(const ManifestFiles& files, Generation generation);

}  // namespace mirrorseed::sync
