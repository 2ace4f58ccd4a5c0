// What came from an upstream and is not what a list beside it says.
//
// Refused files are remembered so that they are not fetched again while they, and what the lists say, are as
// they were. Doubted ones are or will be the tree's all the same, for their lists decide nothing; nobody may
// make a release of them.
#pragma once

#include "core/entry.hpp"
#include "core/store/catalogue_trees.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mirrorseed {

class Database;

struct RefusedFile {
    RelPath path;
    Bytes size = 0;
    FileTime mtime{};
    std::string expected{};  // all that it should have been
    std::string reason{};
    UnixTime at = 0;
    bool operator==(const RefusedFile&) const = default;
};

struct DoubtedFile {
    RelPath path, list;
    Digest content, list_content;
    std::string reason{};
    bool is_sure = false;  // its bytes came twice, or by a protocol that checks them
    bool operator==(const DoubtedFile&) const = default;
};

class Doubts {
public:
    explicit Doubts(Database& database) : db_(&database) {}

    void set_refused(TreeId tree, const std::vector<RefusedFile>& files);  // instead of those before
    std::vector<RefusedFile> refused(TreeId tree);                         // by path

    void add(TreeId tree, const DoubtedFile& file);  // once for each path and list
    void forget(TreeId tree, const RelPath& path, const RelPath& list);
    std::vector<DoubtedFile> all(TreeId tree);  // by path, then by list
    bool is_doubted(TreeId tree, const RelPath& path, const Digest& content);
    // How many of them the published generation shows.
    void set_shown(TreeId tree, std::uint64_t files);
    std::uint64_t shown(TreeId tree);

private:
    Database* db_;
};

}  // namespace mirrorseed
