// The catalogue: which trees there are, what each of their generations holds, and what is stored.
//
// One Catalogue is one connection to STORE/catalogue.db, used by one thread at
// a time. Any number of readers may be open while one process, the one that
// holds the store's lock, writes. A reader that asks with a generation's number
// sees that generation and nothing of a later one, however the writer proceeds.
//
// Its parts, each a small class with its own header, share the connection:
//   trees()     trees, generations, what is being built    core/store/catalogue_trees.hpp
//   entries()   what a generation holds                     core/store/catalogue_entries.hpp
//   contents()  blobs, staged files, withdrawn contents     core/store/catalogue_contents.hpp
//   dresses()   what the inodes of blobs wear               core/store/catalogue_dresses.hpp
//   runs()      what each sync did                          core/store/catalogue_runs.hpp
//   owed()      what must still be told of generations      core/store/catalogue_owed.hpp
//   releases()  what has a torrent, and its descriptions    core/store/catalogue_releases.hpp
//   torrent_hashes()  hashes for torrents, by content       core/store/catalogue_torrent_hashes.hpp
//   listings()  what upstreams said before                  core/store/catalogue_listings.hpp
//   doubts()    what came and is not what lists say         core/store/catalogue_doubts.hpp
//   not_held()  what upstreams have and trees do not hold    core/store/catalogue_not_held.hpp
//   on_demand() contents that came because they were asked for  core/store/catalogue_on_demand.hpp
//   sums()      contents by sums that are no SHA-256        core/store/catalogue_sums.hpp
//   web_seeds() where else releases are, and whether they are  core/store/catalogue_web_seeds.hpp
//
// All of them throw CatalogueTrouble when the database fails.
#pragma once

#include "core/store/catalogue_contents.hpp"
#include "core/store/catalogue_doubts.hpp"
#include "core/store/catalogue_dresses.hpp"
#include "core/store/catalogue_entries.hpp"
#include "core/store/catalogue_listings.hpp"
#include "core/store/catalogue_not_held.hpp"
#include "core/store/catalogue_on_demand.hpp"
#include "core/store/catalogue_owed.hpp"
#include "core/store/catalogue_releases.hpp"
#include "core/store/catalogue_runs.hpp"
#include "core/store/catalogue_sums.hpp"
#include "core/store/catalogue_torrent_hashes.hpp"
#include "core/store/catalogue_trees.hpp"
#include "core/store/catalogue_trouble.hpp"
#include "core/store/catalogue_web_seeds.hpp"
#include "core/store/commit_mark.hpp"
#include "core/store/transaction.hpp"
#include "core/store/write_gate.hpp"

#include <memory>
#include <optional>
#include <string>

namespace mirrorseed {

class Catalogue {
public:
    // Makes it or brings its schema up to date. Refuses a network file system, where its locks cannot be
    // relied on. Connections of one process share the gate; without one it is alone.
    static Catalogue open(const std::string& path, std::shared_ptr<WriteGate> gate = nullptr);
    // For readers. Works on a read-only file system too.
    static Catalogue open_to_read(const std::string& path);

    ~Catalogue();
    Catalogue(Catalogue&&) noexcept;
    Catalogue& operator=(Catalogue&&) noexcept;

    Trees& trees();
    Entries& entries();
    Contents& contents();
    Dresses& dresses();
    Runs& runs();
    Owed& owed();
    Releases& releases();
    TorrentHashes& torrent_hashes();
    Listings& listings();
    Doubts& doubts();
    Sums& sums();
    NotHeld& not_held();
    OnDemand& on_demand();
    WebSeeds& web_seeds();

    // Everything written until commit() happens at once, or not at all. Others who write wait for it.
    Transaction begin();
    // Another number after every commit; nothing where connections share no memory. Something must have been
    // read before, and the mark ends with this connection.
    std::optional<CommitMark> commit_mark();

    // Moves everything from the write-ahead log into the database's file; throws when that cannot be done.
    void write_back();

    // A quick look at every table, which finds a file that is cut short or overwritten at its start; throws
    // when it does.
    void look();

private:
    struct Parts;
    explicit Catalogue(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace mirrorseed
