// Releases: what deserved a torrent, the contents of that torrent, and what describes them.
//
// A release outlives the entry that it was made of. Its files are what the torrent
// lists, in its order, pads too; a torrent of one file lists that under its name. Taking
// a content away takes it from the rows; a release that is withdrawn as a whole
// is as if it were not there.
#pragma once

#include "core/clock.hpp"
#include "core/digest.hpp"
#include "core/rel_path.hpp"
#include "core/sha1.hpp"
#include "core/store/catalogue_contents.hpp"
#include "core/store/catalogue_trees.hpp"
#include "core/units.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mirrorseed {

class Database;

using ReleaseId = std::int64_t;

struct Release {
    ReleaseId id = 0;
    TreeId tree = 0;
    RelPath path{};      // of the entry that it was made of: a file, or a folder
    std::string name{};  // in the torrent
    std::string title{};
    UnixTime published = 0;
    std::optional<UnixTime> gone{};   // when the tree lost the entry
    std::optional<Digest> content{};  // of a single file
    Bytes size = 0;
    std::optional<Sha1Hash> info_hash_v1{};
    std::optional<Digest> info_hash_v2{};
};

struct ReleaseFile {
    RelPath path{};  // below the torrent's folder
    Bytes size = 0;
    std::optional<Digest> content{};  // a pad has none, nor has what was withdrawn
    bool pad = false;                 // as many zeros as its size says
};

class Releases {
public:
    explicit Releases(Database& database) : db_(&database) {}

    ReleaseId add(const Release& release, const std::vector<ReleaseFile>& files);
    // "torrent", "magnet" and their like.
    void describe(ReleaseId release, std::string_view kind, std::string_view bytes);
    void withdraw(ReleaseId release);
    // What the tree's listed releases name, each content once.
    Contents::Sum sum_of(TreeId tree);

    // The newest one that has the torrent's hash: v1 or v2, in hex.
    std::optional<Release> with_info_hash(std::string_view hex);
    // The newest one that was made of the tree's entry.
    std::optional<Release> at(TreeId tree, const RelPath& path);

    std::optional<ReleaseFile> file(ReleaseId release, const RelPath& path);
    // The only one beside pads, where there is only one.
    std::optional<ReleaseFile> only_file(ReleaseId release);
    bool is_described(ReleaseId release, std::string_view kind);
    std::optional<std::string> description(ReleaseId release, std::string_view kind);

    // What peers name the torrents of listed releases by: the hash of v1, the first bytes of that of v2.
    std::vector<Sha1Hash> listed_hashes();

private:
    Database* db_;
};

}  // namespace mirrorseed
