// Contents by what metadata calls them that has no SHA-256: an MD5, a SHA-512.
//
// A weak sum may be that of two contents, so that of what one tree's upstream gave nothing follows for
// another tree.
#pragma once

#include "core/checksum.hpp"
#include "core/store/catalogue_trees.hpp"

#include <optional>

namespace mirrorseed {

class Database;

class Sums {
public:
    explicit Sums(Database& database) : db_(&database) {}

    // Of a content that has a row, and goes with it.
    void keep(TreeId tree, const Checksum& sum, const Digest& content);
    std::optional<Digest> content_of(TreeId tree, const Checksum& sum);

private:
    Database* db_;
};

}  // namespace mirrorseed
