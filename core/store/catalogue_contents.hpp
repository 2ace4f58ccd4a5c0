// Contents: blobs that are stored, files that are fetched and not yet published, contents that were
// withdrawn.
#pragma once

#include "core/entry.hpp"
#include "core/store/catalogue_trees.hpp"

#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace mirrorseed {

class Database;

// Mode and time that a blob's inode wears.
struct Dress {
    std::uint32_t mode = 0;
    FileTime mtime{};
    bool operator==(const Dress&) const = default;
};

struct BlobRow {
    Digest digest;
    Bytes size = 0;
    UnixTime checked = 0;  // when its bytes were last seen to be what its name says
    bool damaged = false;
    std::optional<Dress> dress{};  // what its inode was given; nothing where an older program stored it
    std::optional<FileTime> next_mtime{};  // what it is being given, until that is over
    bool operator==(const BlobRow&) const = default;
};

// A file that an earlier run fetched whole.
struct StagedFile {
    RelPath path;
    Bytes size = 0;
    FileTime mtime;
    Digest digest;
};

// Something of the upstream's that the tree does without, and why.
struct LeftOut {
    RelPath path;
    std::string reason;
    std::optional<StagedFile>
        withdrawn{};  // what was refused, so that it is not fetched again while it stays as it is
};

class Contents {
public:
    explicit Contents(Database& database) : db_(&database) {}

    // False when a row is there already, which stays as it is; mark_checked() changes it.
    bool add_blob(const Digest& digest, Bytes size, UnixTime checked, const std::optional<Dress>& dress = {});
    bool has_blob(const Digest& digest);
    std::optional<BlobRow> blob(const Digest& digest);
    std::optional<Bytes> size_of(const Digest& digest);
    // The rows of those of the digests that have one, in ascending order. Many at a time cost one walk over
    // the index.
    std::vector<BlobRow> stored_among(std::vector<Digest> digests);
    // Known, and not known to be damaged.
    bool has_sound_blob(const Digest& digest);
    void forget_blob(const Digest& digest);
    // From begin_naming() until end_naming() of the same number there may be files in blobs/ that no row
    // tells of. One that a crash has left begun says that they are to be looked for; so does a new catalogue,
    // which knows nothing of what was before it.
    using Naming = std::int64_t;
    Naming begin_naming();
    void end_naming(Naming naming);
    std::vector<Naming> namings();
    void mark_checked(const Digest& digest, UnixTime when, bool damaged);
    std::unordered_set<Digest> damaged();
    // A blob's file was replaced by a sound one. Whoever has the old one open finds a new revision.
    void note_mended();
    // Another number when readers see something else and no generation tells of it: after a blob was mended
    // or found damaged, or a release came, changed or went.
    std::uint64_t revision();
    std::vector<BlobRow> blobs_by_age();  // the one that was checked longest ago first
    struct Sum {
        std::uint64_t files = 0;
        Bytes bytes = 0;
    };
    Sum stored();

    struct Graced {
        TreeId tree = 0;
        UnixTime since = 0;
    };
    // Blobs that no row keeps: neither a generation whose bytes are kept, nor a candidate, nor staging, nor a
    // release. Entries of a graced tree that ended then or later count as kept; what a generation ended that
    // is dated after `now`, or before an older one, counts as ended with the one before it.
    std::vector<BlobRow> unneeded(const std::vector<Graced>& graced, UnixTime now);

    void stage(TreeId tree, const StagedFile& file);
    void each_staged(TreeId tree, const std::function<void(const StagedFile&)>& seen);  // by path
    std::optional<StagedFile> staged(TreeId tree, const RelPath& path);
    void unstage(TreeId tree, const RelPath& path);
    void clear_staged(TreeId tree);

    void set_left_out(TreeId tree, const std::vector<LeftOut>& left_out);
    std::vector<LeftOut> left_out(TreeId tree);

    void withdraw(const Digest& digest, UnixTime when);
    bool is_withdrawn(const Digest& digest);
    std::vector<Digest> withdrawn();
    // Takes the content out of every row that names it: the names stay in history, their bytes do not.
    void strip(const Digest& digest);

private:
    Database* db_;
};

}  // namespace mirrorseed
