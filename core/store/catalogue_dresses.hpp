// What the inodes of blobs wear, and what the entries that name them ask for.
//
// An inode cannot be given another time and be remembered with it in one step. So
// the time that it will have is written down before, and both are its own until the
// change is known to be on the disk. Of the modes the narrower one is remembered
// meanwhile: a row never promises that more people may read a blob than may.
#pragma once

#include "core/store/catalogue_contents.hpp"
#include "core/store/catalogue_trees.hpp"

#include <vector>

namespace mirrorseed {

class Database;

// Names of one content that ask for the same.
struct DressWish {
    Dress dress;
    bool is_readable = false;    // by everybody
    bool is_shown = false;       // in a checkout
    std::uint64_t names = 0;     // of these
    std::uint64_t to_place = 0;  // of these: which the checkout that is asked about has yet to show
    bool operator==(const DressWish&) const = default;
};

// What a tree is about to show: generation `shown`, where its checkout shows `since`.
struct ToShow {
    TreeId tree = 0;
    Generation since = 0, shown = 0;
    bool has_checkout = true;
};

class Dresses {
public:
    explicit Dresses(Database& database) : db_(&database) {}

    // The inode wears this, on the disk too.
    void wears(const Digest& digest, const Dress& dress);
    // It is about to be given this.
    void will_wear(const Digest& digest, const Dress& next);
    // What was about to be given something when that was cut off.
    std::vector<Digest> half_dressed();

    // Contents of what is to be shown that wear something else than one of its names asks for.
    std::vector<Digest> dressed_otherwise(const ToShow& what);
    // What all published names of a content ask for, with the tree as it will be shown.
    std::vector<DressWish> wishes(const Digest& digest, const ToShow& what);
    // Some release that was not withdrawn names the content.
    bool is_in_release(const Digest& digest);
    // Contents that not everybody may read although a readable entry of the candidate names them.
    std::vector<Digest> closed_to_readers(TreeId tree, Generation candidate);

private:
    Database* db_;
};

}  // namespace mirrorseed
