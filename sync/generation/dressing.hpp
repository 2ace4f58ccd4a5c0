// The inodes of blobs are given the modes and times that names ask for.
//
// Who holds the store's lock does that and nobody else, in these steps: what an
// inode will wear is written down; names that must not change with it become
// copies; it is dressed; all of that is on the disk; it is written down that it wears
// it. Cut off anywhere, what is remembered allows for both, and the next checkout
// looks at it again.
#pragma once

#include "core/progress.hpp"
#include "core/store/store.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace mirrorseed::sync {

class Dressing {
public:
    // Both outlive it.
    Dressing(Store& store, Progress& progress) : store_(store), progress_(progress) {}

    // Before the names of a checkout are placed.
    Status for_checkout(const TreeRow& tree);
    // Of contents whose files were replaced, as what is published asks for it.
    Status for_contents(const std::vector<Digest>& digests);
    // Before the commit of a candidate: what a readable entry of it names can be read by everybody. It is on
    // the disk when this returns.
    Status for_readers(const TreeRow& tree, Generation candidate);
    // When what was done is on the disk.
    void remember();

private:
    struct Change {
        Digest digest;
        Dress now, next;
        bool parts = false;  // some names go on asking for what it wears now
    };
    void look_again_at_half_dressed();
    Status note(const Digest& digest, const ToShow& what, bool mode_alone);
    Result<std::optional<Dress>> worn_by(const Digest& digest);
    Status change(const ToShow& what);
    Status dress(const Change& change);

    Store& store_;
    Progress& progress_;
    std::vector<Change> changes_;  // of a batch
    std::vector<std::pair<Digest, Dress>> to_remember_;
};

// What the copies in the tree's checkout would take when the candidate is published.
Bytes room_for_copies(Store& store, const TreeRow& tree, Generation candidate);

}  // namespace mirrorseed::sync
