// The store as its one writer holds it: the lock, the blobs and the catalogue.
//
// Readers need none of this; they open the catalogue and the blob store to read.
#pragma once

#include "core/result.hpp"
#include "core/store/blob_store.hpp"
#include "core/store/catalogue.hpp"
#include "core/store/placements.hpp"
#include "core/store/room_book.hpp"
#include "core/system/folder.hpp"

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>

namespace mirrorseed {

// Where the parts of a store lie.
struct StorePlaces {
    std::string store;
    std::string catalogue;           // empty: in the store
    std::optional<gid_t> readers{};  // the group that may read what others may not; nothing: as it is

    std::string catalogue_file() const;
    std::string control_socket() const { return store + "/control.sock"; }
    std::string manifests(const std::string& tree) const { return store + "/manifests/" + tree; }
    // A place that holds what only a store holds.
    bool exists() const;
};

// STORE/lock: held as long as the object lives, released by the kernel when the process dies.
class StoreLock {
public:
    // Fault::busy, naming the holder, when another process has it. `who` is what it shall say of us.
    static Result<StoreLock> take(const std::string& store, const std::string& who);

private:
    explicit StoreLock(Descriptor file) : file_(std::move(file)) {}
    Descriptor file_;
};

class Store {
public:
    // Makes the store where there is nothing yet, or an empty folder; refuses a folder that holds other
    // things. Throws CatalogueTrouble when the catalogue is damaged.
    static Result<Store> open(const StorePlaces& places, const std::string& who);
    // Like open(), with a new and empty catalogue under another name; commit_recovered() puts it in its
    // place.
    static Result<Store> open_for_recovery(const StorePlaces& places, const std::string& who);
    Status commit_recovered();
    // A full disk has no room even for freeing some. STORE/reserve is given up for that, and made again
    // later.
    static void give_up_reserve(const StorePlaces& places);

    // The same store under the same lock, with a catalogue connection of its own: for another thread. Writes
    // of both take turns. Throws CatalogueTrouble.
    Store again() const;

    Catalogue& catalogue() { return *catalogue_; }
    // Whoever dresses inodes, or changes names in checkouts, does so in turn: one inode has names in several
    // checkouts. Not to be waited for within a transaction.
    WriteGate::Turn turn_at_checkouts() const { return shared_->checkouts->wait(); }
    // Likewise whoever writes records of releases, which a publish does and who describes a tree beside it.
    WriteGate::Turn turn_at_records() const { return shared_->records->wait(); }
    // What all who write to it in this process share.
    Placements& placements() const { return *shared_->placements; }
    RoomBook& room_book() const { return *shared_->room_book; }
    // The content is here, and its file is as it was left.
    bool holds_sound(const Digest& digest);
    const BlobStore& blobs() const { return shared_->blobs; }
    const Folder& folder() const { return shared_->folder; }
    const StorePlaces& places() const { return shared_->places; }

private:
    struct Shared {
        StorePlaces places;
        StoreLock lock;
        Folder folder;
        BlobStore blobs;
        std::shared_ptr<WriteGate> gate = std::make_shared<WriteGate>();
        std::shared_ptr<WriteGate> checkouts = std::make_shared<WriteGate>();
        std::shared_ptr<WriteGate> records = std::make_shared<WriteGate>();
        std::shared_ptr<Placements> placements = std::make_shared<Placements>();
        std::shared_ptr<RoomBook> room_book = std::make_shared<RoomBook>();
    };
    explicit Store(std::shared_ptr<const Shared> shared) : shared_(std::move(shared)) {}
    void keep_reserve() const;
    static Result<Store> prepare(const StorePlaces& places, const std::string& who);

    std::shared_ptr<const Shared> shared_;
    std::optional<Catalogue> catalogue_;
};

}  // namespace mirrorseed
