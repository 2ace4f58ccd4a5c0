// Releases: what deserved a torrent, the contents of that torrent, and what describes them.
//
// A release outlives the entry that it was made of. Its files are what the torrent
// lists, in its order, pads too; a torrent of one file lists that under its name. Taking
// a content away takes it from the rows; a release that is withdrawn as a whole
// is as if it were not there. One that is hidden is told of to nobody and keeps its bytes: its entry was
// closed again, or a rollback took back what brought it. All others are listed.
#pragma once

#include "core/clock.hpp"
#include "core/digest.hpp"
#include "core/rel_path.hpp"
#include "core/sha1.hpp"
#include "core/store/catalogue_contents.hpp"
#include "core/store/catalogue_trees.hpp"
#include "core/units.hpp"

#include <chrono>
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
    Generation since = 0;  // that brought it
    bool hidden = false;
    std::string rule{};            // the pattern that it was made by
    std::string thing{};           // which it is a version of (core/version_order.hpp)
    std::chrono::seconds keep{0};  // how long it is kept when the tree has lost the entry,
    unsigned keep_versions = 0;    // and how many such ones of its thing
    Bytes piece_length = 0;
    bool adopted = false;            // the torrent is its upstream's
    std::string tree_name{};         // also when the tree was forgotten
    std::optional<UnixTime> over{};  // when it was first seen that its time is over
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
    void set_gone(ReleaseId release, std::optional<UnixTime> gone);
    void set_hidden(ReleaseId release, bool hidden);
    void set_over(ReleaseId release, std::optional<UnixTime> over);
    // As the config has it now.
    void set_keeping(ReleaseId release, std::chrono::seconds keep, unsigned keep_versions);
    // With all that belongs to it.
    void remove(ReleaseId release);
    // What the tree's listed releases name, each content once.
    Contents::Sum sum_of(TreeId tree);

    // The newest one that has the torrent's hash: v1 or v2, in hex.
    std::optional<Release> with_info_hash(std::string_view hex);
    // The newest one that was made of the tree's entry; before all, one whose entry the tree still has.
    std::optional<Release> at(TreeId tree, const RelPath& path);
    // All that are listed, the newest first; those of one moment by path.
    std::vector<Release> listed();
    // Those of a tree, hidden ones too, the newest first.
    std::vector<Release> of_tree(TreeId tree);
    // Of all trees that have had that name.
    std::vector<Release> of_tree_named(std::string_view name);
    std::vector<TreeId> trees();  // that have any; some may be forgotten
    std::optional<Release> with_id(ReleaseId id);
    // Of one path of a tree, hidden ones too, the newest first.
    std::vector<Release> all_at(TreeId tree, const RelPath& path);
    // All that have the torrent's hash, hidden ones too.
    std::vector<Release> with_hash(std::string_view hex);
    // Those that name the content, in any tree, hidden ones too.
    std::vector<Release> naming(const Digest& content);

    std::vector<ReleaseFile> files(ReleaseId release);  // in the torrent's order
    std::optional<ReleaseFile> file(ReleaseId release, const RelPath& path);
    // The only one beside pads, where there is only one.
    std::optional<ReleaseFile> only_file(ReleaseId release);
    bool is_described(ReleaseId release, std::string_view kind);
    Bytes description_size(ReleaseId release, std::string_view kind);  // 0: there is none
    std::optional<std::string> description(ReleaseId release, std::string_view kind);

    // What the tree does without a release of, though a rule asks for one, and why.
    struct Undescribed {
        RelPath path;
        std::string reason;
    };
    void set_undescribed(TreeId tree, const RelPath& path, const std::string& reason);
    void clear_undescribed(TreeId tree, const RelPath& path);
    std::vector<Undescribed> undescribed(TreeId tree);
    // The rules that all of the tree's entries were held against.
    std::string described_for(TreeId tree);
    void set_described_for(TreeId tree, const std::string& rules);
    // What peers name the torrents of listed releases by: the hash of v1, the first bytes of that of v2.
    std::vector<Sha1Hash> listed_hashes();

private:
    Database* db_;
};

}  // namespace mirrorseed
