// Files that a tree's upstream has and the tree chose not to hold: what its published metadata names besides,
// and what `exclude` kept out.
//
// Kept by generation as entries are, so that a rollback finds what its metadata names, and a candidate's are
// seen by nobody. A name that the generation does hold may stand here too, and then means nothing.
#pragma once

#include "core/digest.hpp"
#include "core/rel_path.hpp"
#include "core/store/catalogue_trees.hpp"
#include "core/units.hpp"

#include <optional>
#include <vector>

namespace mirrorseed {

class Database;

struct NotHeldFile {
    RelPath path;
    Bytes size = 0;
    std::optional<Digest> digest{};  // where metadata tells it
    auto operator<=>(const NotHeldFile&) const = default;
};

class NotHeld {
public:
    explicit NotHeld(Database& database) : db_(&database) {}

    std::optional<NotHeldFile> find(TreeId tree, Generation generation, const RelPath& path);
    std::vector<NotHeldFile> all(TreeId tree, Generation generation);  // by path

    // These are the generation's, or the candidate's, from now on. In the transaction of the caller.
    void replace(TreeId tree, Generation number, std::vector<NotHeldFile> files);
    void abandon(TreeId tree, Generation candidate);
    void forget_before(TreeId tree, Generation oldest);

private:
    void close(TreeId tree, Generation number, const RelPath& path);

    Database* db_;
};

}  // namespace mirrorseed
