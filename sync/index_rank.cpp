#include "sync/index_rank.hpp"

#include "sync/checksum_names.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace mirrorseed::sync {
namespace {

constexpr std::array roots{"Release",        "InRelease",       "Release.gpg", "repomd.xml", "repomd.xml.asc",
                           "repomd.xml.key", "APKINDEX.tar.gz", ".treeinfo",   "treeinfo",   "media.1"};
constexpr std::array freshness{"lastupdate", "lastsync", "last-updated", "TIME", "timestamp.txt"};
constexpr std::array index_beginnings{"Packages", "Sources", "Contents-", "Translation-", "Components-"};
constexpr std::array database_endings{".db", ".files"};
constexpr std::array packings{".gz", ".xz", ".zst", ".bz2"};

template <class Names>
bool any(const Names& names, auto&& test) {
    return std::any_of(names.begin(), names.end(), test);
}

std::string_view without(std::string_view name, std::string_view ending) {
    if (name.ends_with(ending)) name.remove_suffix(ending.size());
    return name;
}

// pacman's "core.db", what that is a link to ("core.db.tar.zst"), and the signatures of both.
bool is_package_database(std::string_view name) {
    name = without(name, ".sig");
    const auto packed = name;
    for (const std::string_view packing : packings)
        name = without(name, packing);
    const bool is_tar = name.ends_with(".tar");
    if (name.size() < packed.size() && !is_tar) return false;
    name = without(name, ".tar");
    return any(database_endings, [&](std::string_view known) { return name.ends_with(known); });
}

}  // namespace

IndexRank index_rank(const RelPath& path) {
    const auto name = path.name();
    const std::string_view whole = path.str();
    const auto is_name = [&](std::string_view known) { return name == known; };
    const auto begins = [&](std::string_view known) { return name.starts_with(known); };
    if (any(freshness, is_name) || whole.starts_with("project/trace/") ||
        whole.find("/project/trace/") != std::string_view::npos)
        return IndexRank::freshness;
    if (any(roots, is_name) || is_package_database(name)) return IndexRank::root;
    const bool in_repodata = path.parent().name() == "repodata";
    if (in_repodata || any(index_beginnings, begins) || is_of_a_checksum_set(path)) return IndexRank::index;
    return IndexRank::content;
}

bool is_index_by_sum(const RelPath& path) {
    const auto name = path.name();
    const auto folder = path.parent();
    const auto sum = name.substr(0, name.find('-'));
    const bool is_sum =
        sum.size() >= 32 && sum.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    if (!is_sum) return false;
    return folder.name() == "repodata" || (sum == name && folder.parent().name() == "by-hash");
}

}  // namespace mirrorseed::sync
