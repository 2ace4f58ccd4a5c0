// DIR/.mirrorseed-partial: where the files of a one-off mirror of DIR wait until all of them can be shown.
//
// One process at a time works there. What an interrupted run leaves in it the next
// one goes on from; a run that succeeded takes it away.
//
// A file that came whole is renamed twice: at once, and after the file system was
// synced. Names of the first kind are believed as long as the machine runs on, which
// its boot id tells; after a loss of power they may be anything.
#pragma once

#include "core/system/folder.hpp"

#include <string>
#include <string_view>

namespace mirrorseed::sync {

class PartialFolder {
public:
    static constexpr std::string_view name = ".mirrorseed-partial";

    // Fault::busy while another process has it.
    static Result<PartialFolder> open(const Folder& mirror);

    const Folder& folder() const noexcept { return folder_; }
    // With all that is in it, the lock last.
    Status remove(const Folder& mirror);
    // Is there anything that another run could go on from?
    bool is_of_use() const;

private:
    PartialFolder(Folder folder, Descriptor lock) : folder_(std::move(folder)), lock_(std::move(lock)) {}
    Status forget_what_was_not_synced() const;

    Folder folder_;
    Descriptor lock_;
};

// Of a file that came whole.
RelPath came_name(const RelPath& path);
RelPath whole_name(const RelPath& path);  // and survives a loss of power
bool is_came_name(std::string_view name) noexcept;
bool is_whole_name(std::string_view name) noexcept;
RelPath whole_name_of(std::string_view came_name);

}  // namespace mirrorseed::sync
