// Files and folders, held by descriptor.
//
// A Folder is a directory that is held open. What is opened through it stays
// beneath it: no "..", no symlink on the way, whatever a stranger or a race puts
// there (openat2 with RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS). Names arrive as
// RelPath, so spelling was checked before. Everything here may block.
#pragma once

#include "core/digest.hpp"
#include "core/entry.hpp"
#include "core/rel_path.hpp"
#include "core/result.hpp"

#include <sys/stat.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mirrorseed {

// Owns one descriptor.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int fd) noexcept : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();

    int get() const noexcept { return fd_; }
    bool is_open() const noexcept { return fd_ >= 0; }
    int release() noexcept { return std::exchange(fd_, -1); }
    void close() noexcept;

private:
    int fd_ = -1;
};

// What stat tells, in our types. `other` is a device, a socket or a pipe.
struct FileFacts {
    bool is_file = false, is_folder = false, is_link = false;
    std::uint32_t mode = 0;  // permission bits alone
    Bytes size = 0;
    FileTime mtime, ctime;
    std::uint64_t device = 0, inode = 0, links = 0;
    std::uint32_t owner = 0;

    bool same_inode(const FileFacts& other) const noexcept {
        return device == other.device && inode == other.inode;
    }
    // False when somebody wrote to the file between the two looks.
    bool same_state(const FileFacts& other) const noexcept {
        return same_inode(other) && size == other.size && mtime == other.mtime && ctime == other.ctime;
    }
};

Result<FileFacts> facts_of(const Descriptor& file, const std::string& name);

struct FolderItem {
    std::string name;
    FileFacts facts;
    std::string target;  // of a link
};

class Folder {
public:
    // A place that the operator named; symlinks in it are the operator's own.
    static Result<Folder> open(const std::string& path);
    // Makes what is missing on the way.
    static Result<Folder> make(const std::string& path, std::uint32_t mode = 0755);

    Result<Folder> folder(const RelPath& path) const;
    // Makes missing folders beneath, the last one with this mode; those that exist keep theirs.
    Result<Folder> make_folder(const RelPath& path, std::uint32_t mode = 0755) const;
    // A second handle of the same directory.
    Result<Folder> again() const;

    Result<Descriptor> open_file(
        const RelPath& path) const;  // to read; never waits on a pipe, never a device
    Result<Descriptor> create_file(const RelPath& path, std::uint32_t mode = 0644) const;  // must not exist
    Result<Descriptor> open_or_create_file(const RelPath& path, std::uint32_t mode = 0644) const;
    Result<FileFacts> facts(const RelPath& path) const;  // of the name itself, links not followed
    Result<std::string> read_link(const RelPath& path) const;

    // Every name in it but "." and "..", by raw bytes in ascending order. A name that vanishes meanwhile is
    // left out.
    Result<std::vector<FolderItem>> items() const;

    Status make_link(const RelPath& path, const std::string& target) const;
    // A second name for the same file. EEXIST, EXDEV and EMLINK come back as what they are.
    Status hard_link(const RelPath& path, const Folder& to, const RelPath& new_path) const;
    Status rename(const RelPath& path, const Folder& to, const RelPath& new_path) const;
    // Like rename, and never over something that is there (EEXIST).
    Status rename_new(const RelPath& path, const Folder& to, const RelPath& new_path) const;
    // Both names exist; afterwards each is where the other was.
    Status exchange(const RelPath& path, const Folder& to, const RelPath& other) const;
    Status remove_file(const RelPath& path) const;
    Status remove_empty_folder(const RelPath& path) const;
    // Everything beneath and the folder itself; nothing is followed.
    Status remove_tree(const RelPath& path) const;
    Status set_mode_and_time(const RelPath& path, const Entry& entry) const;

    // The names in this directory survive a power loss from here on.
    Status sync() const;

    int fd() const noexcept { return fd_.get(); }
    const std::string& path() const noexcept { return path_; }  // as opened, for messages alone

private:
    Folder(Descriptor fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
    Result<Descriptor> open_beneath(const RelPath& path, int flags, std::uint32_t mode) const;
    // The folder that holds `path`, opened safely; operations by name then go through it. For a name right in
    // here that is this folder itself.
    class Holder {
    public:
        explicit Holder(int lent) : fd_(lent) {}
        explicit Holder(Descriptor opened) : own_(std::move(opened)), fd_(own_.get()) {}
        int get() const noexcept { return fd_; }

    private:
        Descriptor own_;
        int fd_;
    };
    Result<Holder> holder(const RelPath& path) const;
    std::string full(const RelPath& path) const;
    Status between(const RelPath& path, const Folder& to, const RelPath& new_path,
                   const std::function<int(int, const char*, int, const char*)>& call) const;

    Descriptor fd_;
    std::string path_;
};

// Bytes through a descriptor.
Result<std::size_t> read_some(const Descriptor& file, std::span<std::uint8_t> buffer,
                              const std::string& name);
Result<std::size_t> read_at(const Descriptor& file, std::span<std::uint8_t> buffer, Bytes offset,
                            const std::string& name);
Status write_all(const Descriptor& file, ByteSpan bytes, const std::string& name);
void begin_writing_out(const Descriptor& file);
Status sync_file(const Descriptor& file, const std::string& name);
Status set_mode_and_time(const Descriptor& file, const Entry& entry, const std::string& name);
// Everything that was written to the file system that holds the folder survives a power loss from here on.
Status sync_file_system(const Folder& folder);

// The whole of a file that is expected to be small.
Result<std::string> read_file(const std::string& path, Bytes at_most = 64 << 20);

// Replaces one file so that after a crash either the old or the new content is there, whole.
Status replace_file(const Folder& folder, const RelPath& name, ByteSpan bytes, std::uint32_t mode = 0644);

// Space that this process may still fill, and whether the place may be written to at all.
struct Space {
    Bytes free = 0;
    bool read_only = false;
};
Result<Space> space_at(const std::string& path);

}  // namespace mirrorseed
