// Files that metadata selects, on their way to a listing: of each it tells a path, a size, perhaps a digest
// and perhaps a time.
#pragma once

#include "sync/listing.hpp"

#include <string>
#include <unordered_set>

namespace mirrorseed::sync {

class SelectedFiles {
public:
    // `undated`: what stands there as the time of files and folders of which none is told, until the upstream
    // tells a better one.
    explicit SelectedFiles(FileTime undated) : undated_(undated) {}

    // Of a path that is there already nothing is changed: equal contents have one name by hash, and parts of
    // a selection share files.
    void add(const RelPath& path, Bytes size, const std::optional<Digest>& digest);
    void add(const RelPath& path, Bytes size, const std::optional<Digest>& digest, FileTime mtime);
    void add_link(const RelPath& path, std::string target);
    void leave_out(const RelPath& path, std::string reason);

    bool has(const RelPath& path) const { return listed_.contains(path); }
    // With the folders above them; nothing is added afterwards.
    Result<Listing> finish();

private:
    void append(const RelPath& path, const Entry& entry, Sure time);

    FileTime undated_;
    Listing listing_;
    std::unordered_set<RelPath> listed_;
};

}  // namespace mirrorseed::sync
