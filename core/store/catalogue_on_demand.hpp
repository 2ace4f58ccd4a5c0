// Contents that came because somebody asked for them, of files that a tree does not hold
// (catalogue_not_held.hpp): kept as long as there is room, those that were asked for last.
#pragma once

#include "core/clock.hpp"
#include "core/digest.hpp"
#include "core/store/catalogue_trees.hpp"
#include "core/units.hpp"

#include <vector>

namespace mirrorseed {

class Database;

struct KeptOnDemand {
    Digest content;
    Bytes size = 0;
    UnixTime used = 0;
};

class OnDemand {
public:
    explicit OnDemand(Database& database) : db_(&database) {}

    // A content that has a row, and stays while this stands here.
    void keep(TreeId tree, const Digest& content, UnixTime now);
    void let_go(TreeId tree, const Digest& content);
    // False where it is not kept.
    bool use(TreeId tree, const Digest& content, UnixTime now);
    bool has(TreeId tree, const Digest& content);
    std::vector<KeptOnDemand> all(TreeId tree);  // who was used last is last

private:
    Database* db_;
};

}  // namespace mirrorseed
