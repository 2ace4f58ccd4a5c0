#include "sync/selected_files.hpp"

namespace mirrorseed::sync {

void SelectedFiles::add(const RelPath& path, Bytes size, const std::optional<Digest>& digest) {
    append(path, {.size = size, .mtime = undated_, .digest = digest}, Sure::none);
}

void SelectedFiles::add(const RelPath& path, Bytes size, const std::optional<Digest>& digest,
                        FileTime mtime) {
    // Without a digest a time that is as it was would stand for a content that is.
    append(path, {.size = size, .mtime = mtime, .digest = digest}, digest ? Sure::rough : Sure::none);
}

void SelectedFiles::add_link(const RelPath& path, std::string target) {
    append(path, {.kind = EntryKind::link, .mtime = undated_, .target = std::move(target)}, Sure::none);
}

void SelectedFiles::leave_out(const RelPath& path, std::string reason) {
    listing_.leave_out(path, std::move(reason));
}

Result<Listing> SelectedFiles::finish() {
    listing_.name_folders_above(undated_);
    const auto finished = listing_.finish();
    if (!finished) return finished.error();
    return std::move(listing_);
}

void SelectedFiles::append(const RelPath& path, const Entry& entry, Sure time) {
    if (!listed_.insert(path).second) return;
    listing_.append(path.parent(),
                    {.name = std::string(path.name()), .entry = entry, .sureness = {Sure::exact, time}});
}

}  // namespace mirrorseed::sync
