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
//   runs()      what each sync did                          core/store/catalogue_runs.hpp
//   releases()  what has a torrent, and its descriptions    core/store/catalogue_releases.hpp
//   torrent_hashes()  hashes for torrents, by content       core/store/catalogue_torrent_hashes.hpp
//   listings()  what upstreams said before                  core/store/catalogue_listings.hpp
//
// All of them throw CatalogueTrouble when the database fails.
#pragma once

#include "core/store/catalogue_contents.hpp"
#include "core/store/catalogue_entries.hpp"
#include "core/store/catalogue_listings.hpp"
#include "core/store/catalogue_releases.hpp"
#include "core/store/catalogue_runs.hpp"
#include "core/store/catalogue_torrent_hashes.hpp"
#include "core/store/catalogue_trees.hpp"
#include "core/store/sqlite.hpp"

#include <memory>
#include <string>

namespace mirrorseed {

class Catalogue {
public:
    // Makes it or brings its schema up to date. Refuses a network file system, where its locks cannot be
    // relied on.
    static Catalogue open(const std::string& path);
    // For readers. Works on a read-only file system too.
    static Catalogue open_to_read(const std::string& path);

    Trees& trees() { return parts_->trees; }
    Entries& entries() { return parts_->entries; }
    Contents& contents() { return parts_->contents; }
    Runs& runs() { return parts_->runs; }
    Releases& releases() { return parts_->releases; }
    TorrentHashes& torrent_hashes() { return parts_->torrent_hashes; }
    Listings& listings() { return parts_->listings; }

    // Everything written until commit() happens at once, or not at all.
    Transaction begin() { return Transaction(parts_->database); }
    // Reads within one are of one moment.
    Database& database() { return parts_->database; }

    // Moves everything from the write-ahead log into the database's file; throws when that cannot be done.
    void settle();

    // A quick look at every table, which finds a file that is cut short or overwritten at its start; throws
    // when it does.
    void look();

private:
    struct Parts {
        explicit Parts(Database opened)
            : database(std::move(opened)),
              trees(database),
              entries(database),
              contents(database),
              runs(database),
              releases(database),
              torrent_hashes(database),
              listings(database) {}
        Database database;
        Trees trees;
        Entries entries;
        Contents contents;
        Runs runs;
        Releases releases;
        TorrentHashes torrent_hashes;
        Listings listings;
    };
    static Catalogue open_to_read(const std::string& path, Database::Mode mode);
    explicit Catalogue(Database database) : parts_(std::make_unique<Parts>(std::move(database))) {}

    std::unique_ptr<Parts> parts_;
};

}  // namespace mirrorseed
