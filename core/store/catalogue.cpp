#include "core/store/catalogue.hpp"

#include "core/store/catalogue_schema.hpp"
#include "core/store/sqlite.hpp"
#include "core/system/folder.hpp"

#include <sys/stat.h>
#include <sys/vfs.h>

#include <array>

namespace mirrorseed {
namespace {

// statfs(2) magic numbers of file systems whose locks SQLite's WAL cannot rely on.
bool is_network_file_system(const std::string& folder) {
    constexpr std::array<long, 5> network{0x6969, 0x517B, 0x73757245, static_cast<long>(0xFF534D42),
                                          static_cast<long>(0xFE534D42)};
    struct statfs info {};
    if (::statfs(folder.c_str(), &info) != 0) return false;
    for (const auto magic : network)
        if (static_cast<long>(info.f_type) == magic) return true;
    return false;
}

std::string folder_of(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

Bytes size_or_zero(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 ? static_cast<Bytes>(info.st_size) : 0;
}

// On a read-only file system a catalogue that was closed well is one file that nobody can change. One that
// was not has its newest pages in the write-ahead log, which SQLite reads as long as the -shm file is there
// too.
Database::Mode reading_mode(const std::string& path) {
    const auto space = space_at(folder_of(path));
    if (!space || !space->read_only) return Database::Mode::read_only;
    return size_or_zero(path + "-wal") == 0 ? Database::Mode::immutable : Database::Mode::read_only;
}

Database open_database_to_read(const std::string& path, Database::Mode mode) {
    auto database = Database::open(path, mode);
    database.execute(
        "pragma cache_size = -16384; pragma mmap_size = 1073741824; pragma query_only = on;"
        "pragma trusted_schema = off");
    expect_current_schema(database);
    return database;
}

}  // namespace

struct Catalogue::Parts {
    explicit Parts(Database opened)
        : database(std::move(opened)),
          trees(database),
          entries(database),
          contents(database),
          runs(database),
          owed(database),
          releases(database),
          torrent_hashes(database),
          listings(database),
          doubts(database),
          sums(database),
          not_held(database),
          on_demand(database),
          web_seeds(database),
          dresses(database) {}
    Database database;
    Trees trees;
    Entries entries;
    Contents contents;
    Runs runs;
    Owed owed;
    Releases releases;
    TorrentHashes torrent_hashes;
    Listings listings;
    Doubts doubts;
    Sums sums;
    NotHeld not_held;
    OnDemand on_demand;
    WebSeeds web_seeds;
    Dresses dresses;
};

Catalogue::Catalogue(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Catalogue::~Catalogue() = default;
Catalogue::Catalogue(Catalogue&&) noexcept = default;
Catalogue& Catalogue::operator=(Catalogue&&) noexcept = default;

Catalogue Catalogue::open(const std::string& path, std::shared_ptr<WriteGate> gate) {
    if (is_network_file_system(folder_of(path)))
        throw CatalogueTrouble(
            Error(Fault::refused, "the catalogue " + path +
                                      " lies on a network file system, where its locks cannot be "
                                      "relied on; name a local place as [store] catalogue"));
    auto database = Database::open(path, Database::Mode::create);
    // A publish must survive a power loss once it is told of, so every commit is synced; memory for 64 MiB of
    // pages keeps the random look-ups of a first publish off the disk.
    database.execute(
        "pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -65536;"
        "pragma temp_store = memory; pragma foreign_keys = off; pragma trusted_schema = off");
    database.keep_files_beside();
    migrate_catalogue(database);
    database.write_by(gate ? std::move(gate) : std::make_shared<WriteGate>());
    return Catalogue(std::make_unique<Parts>(std::move(database)));
}

Catalogue Catalogue::open_to_read(const std::string& path) {
    const auto open = [&](Database::Mode mode) {
        return Catalogue(std::make_unique<Parts>(open_database_to_read(path, mode)));
    };
    try {
        return open(reading_mode(path));
    } catch (const CatalogueTrouble& trouble) {
        // Readers share memory in a file, for which a full disk has no room. When nobody else is here and the
        // log is empty, the database can be read without it.
        if (!trouble.error().is_full_disk() || size_or_zero(path + "-wal") != 0) throw;
    }
    return open(Database::Mode::immutable);
}

Trees& Catalogue::trees() {
    return parts_->trees;
}
Entries& Catalogue::entries() {
    return parts_->entries;
}
Contents& Catalogue::contents() {
    return parts_->contents;
}
Runs& Catalogue::runs() {
    return parts_->runs;
}
Owed& Catalogue::owed() {
    return parts_->owed;
}
Releases& Catalogue::releases() {
    return parts_->releases;
}
TorrentHashes& Catalogue::torrent_hashes() {
    return parts_->torrent_hashes;
}
Dresses& Catalogue::dresses() {
    return parts_->dresses;
}

Listings& Catalogue::listings() {
    return parts_->listings;
}
Doubts& Catalogue::doubts() {
    return parts_->doubts;
}

Sums& Catalogue::sums() {
    return parts_->sums;
}

NotHeld& Catalogue::not_held() {
    return parts_->not_held;
}

OnDemand& Catalogue::on_demand() {
    return parts_->on_demand;
}
WebSeeds& Catalogue::web_seeds() {
    return parts_->web_seeds;
}

Transaction Catalogue::begin() {
    return Transaction(parts_->database);
}

std::optional<CommitMark> Catalogue::commit_mark() {
    return CommitMark::of(parts_->database);
}

void Catalogue::write_back() {
    auto query = parts_->database.query("pragma wal_checkpoint(truncate)");
    if (!query.next() || query.integer(0) != 0)
        throw CatalogueTrouble(Error(Fault::failed, "the catalogue's log cannot be written back"));
}

void Catalogue::look() {
    for (const auto& tree : trees().all()) {
        trees().generations(tree.id);
        entries().in_folder(tree.id, tree.generation, RelPath());
        runs().last(tree.id);
    }
    contents().withdrawn();
}

}  // namespace mirrorseed
