// Contents, each once, named by its SHA-256: STORE/blobs/sha256/ab/abcd...
//
// A content comes in through an Intake: bytes are written to a staging file while
// they are hashed (and shown to observers), then the file takes its name in one
// rename. A content that is there already costs its staging file and nothing
// else. A blob is never opened for writing again.
//
// A name here promises nothing about power loss until sync() has returned; rows
// that name blobs are committed after it. So a blob without a row may be a file
// whose bytes never reached the disk, and only the caller, who knows the rows,
// can say whether one that is there already is to be trusted.
#pragma once

#include "core/digest.hpp"
#include "core/result.hpp"
#include "core/system/folder.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mirrorseed {

// What to do with a blob that is there already.
enum class Existing {
    keep,     // a row was committed for it
    replace,  // it may be what a loss of power left
};

// Asked only where the name is taken.
using AskExisting = std::function<Existing()>;

class BlobStore {
public:
    // `store` is the store's own folder; blobs/ and staging/ are made in it when they are missing.
    static Result<BlobStore> open(const std::string& store);
    // Reads what is there and makes nothing.
    static Result<BlobStore> open_to_read(const std::string& store);

    bool has(const Digest& digest) const;
    Result<Descriptor> open_blob(const Digest& digest) const;
    Result<FileFacts> facts(const Digest& digest) const;

    // Gives a finished staging file its name. True when the content is new here. `facts` dresses a new blob
    // with the mode and time of the entry that brought it, so that a checkout can link it.
    Result<bool> put(const Folder& staging, const RelPath& name, const Digest& digest, const Entry& facts,
                     const AskExisting& existing) const;
    // Another name for a file elsewhere on the same file system, which keeps its mode and time.
    Result<bool> adopt(const Folder& from, const RelPath& name, const Digest& digest,
                       const AskExisting& existing) const;
    Status remove(const Digest& digest) const;

    // A second name for the blob, or a copy of it, when `entry` differs from what the blob wears or the file
    // system allows no more names.
    Status show_at(const Digest& digest, const Entry& entry, const Folder& folder, const RelPath& name) const;
    // A reflink or a copy of the blob with the entry's mode and time. Only we may read it until it is whole.
    Status copy_to(const Digest& digest, const Entry& entry, const Folder& folder, const RelPath& name) const;
    // Gives the blob's inode, and so each of its names, another mode and time. Answers what it has then, for
    // not every file system keeps every time.
    Result<FileFacts> dress(const Digest& digest, const Entry& entry) const;
    // Do copies of blobs share their blocks, so that they take no room?
    bool copies_are_free() const;

    // Every blob on disk, one folder at a time; names that are none of ours are left out.
    Status each(const std::function<Status(const Digest&, const FileFacts&)>& seen) const;

    // Copies that a crash cut off half-way.
    Status remove_leftovers() const;

    // What put() and adopt() named survives a power loss from here on.
    Status sync() const;

    // Where a tree's files are staged.
    Result<Folder> staging(const std::string& tree) const;

private:
    // Folders of blobs that begin alike. Each is used for many of a large sync, so they stay open.
    struct Shelves;
    BlobStore(Folder blobs, Folder store);
    Result<const Folder*> shelf(const Digest& digest) const;
    // Moves a file to a blob's name. False when that is taken and to be kept.
    Result<bool> name_file(const Folder& from, const RelPath& name, const Digest& digest,
                           const AskExisting& existing) const;

    Folder blobs_;
    Folder store_;
    std::shared_ptr<Shelves> shelves_;
};

// One content on its way in.
class Intake {
public:
    // Appends to what `name` holds already; `resumed_at` bytes of it are kept, read and hashed first.
    static Result<Intake> open(const Folder& staging, const RelPath& name, Bytes resumed_at,
                               std::span<ByteObserver* const> observers);

    Status write(ByteSpan bytes);
    Bytes size() const noexcept { return size_; }
    // Told when our own disk refuses, so that the trouble is not taken for the sender's.
    void on_trouble(std::function<void(const Error&)> told) { on_trouble_ = std::move(told); }
    // After every `step` bytes what came so far is synced, and `synced` is told how much that is.
    void every(Bytes step, std::function<Status(Bytes)> synced) {
        step_ = step;
        on_step_ = std::move(synced);
    }
    // The digest of all of it.
    Digest finish();

private:
    Intake(Descriptor file, std::string name, std::span<ByteObserver* const> observers)
        : file_(std::move(file)), name_(std::move(name)), observers_(observers.begin(), observers.end()) {}
    // After a refusal the observers have seen what is not there, so nothing more is to be written.
    Status take(ByteSpan bytes, const std::function<Status()>& keep);
    Status keep(ByteSpan bytes);

    Descriptor file_;
    std::string name_;
    std::vector<ByteObserver*> observers_;
    std::function<void(const Error&)> on_trouble_;
    std::function<Status(Bytes)> on_step_;
    Bytes step_ = 0;
    Sha256 hash_;
    Bytes size_ = 0;
};

// Reads all of a file in large pieces. `seen` may stop the reading by answering an error.
Status read_through(const Descriptor& file, const std::string& name,
                    const std::function<Status(ByteSpan)>& seen);
Result<Digest> digest_of(const Descriptor& file, const std::string& name);

}  // namespace mirrorseed
