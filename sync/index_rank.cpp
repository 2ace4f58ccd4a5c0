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
constexpr std::array root_endings{".db",    ".db.sig",       ".db.tar.gz",    ".db.tar.xz",    ".db.tar.zst",
                                  ".files", ".files.tar.gz", ".files.tar.xz", ".files.tar.zst"};

template <class Names>
bool any(const Names& names, auto&& test) {
    return std::any_of(names.begin(), names.end(), test);
}

}  // namespace

IndexRank index_rank(const RelPath& path) {
    const auto name = path.name();
    const std::string_view whole = path.str();
    const auto is_name = [&](std::string_view known) { return name == known; };
    const auto begins = [&](std::string_view known) { return name.starts_with(known); };
    const auto ends = [&](std::string_view known) { return name.ends_with(known); };
    if (any(freshness, is_name) || whole.starts_with("project/trace/") ||
        whole.find("/project/trace/") != std::string_view::npos)
        return IndexRank::freshness;
    if (any(roots, is_name) || any(root_endings, ends)) return IndexRank::root;
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
