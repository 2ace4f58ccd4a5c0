// What upstreams' listings said before, folder by folder.
//
// The rows are read and written by sync alone; to the catalogue they are bytes. A
// folder has one part that replaces whatever was there, and others that were added
// behind it since.
#pragma once

#include "core/rel_path.hpp"
#include "core/store/catalogue_trees.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed {

class Database;

class Listings {
public:
    explicit Listings(Database& database) : db_(&database) {}

    // All parts in a row; empty when there is none.
    std::string recall(TreeId tree, std::string_view upstream, const RelPath& folder);
    // Nothing at all when `bytes` is empty.
    void keep(TreeId tree, std::string_view upstream, const RelPath& folder, std::string_view bytes);
    void add(TreeId tree, std::string_view upstream, const RelPath& folder, std::string_view bytes);

    std::vector<RelPath> folders(TreeId tree, std::string_view upstream);

    // When an upstream was first seen with the marker that it has now; nothing while it has, or had, another.
    std::optional<UnixTime> marker_seen(TreeId tree, std::string_view upstream, const RelPath& marker);
    void see_marker(TreeId tree, std::string_view upstream, const RelPath& marker, UnixTime now);
    void forget_marker(TreeId tree, std::string_view upstream);

    // Of upstreams that the tree is no longer synced from.
    void forget_other_upstreams(TreeId tree, const std::vector<std::string>& used);

private:
    Database* db_;
};

}  // namespace mirrorseed
