// What a release would hold: the entries of one state of a tree that belong to it.
#pragma once

#include "app/release/release_choice.hpp"
#include "core/store/catalogue.hpp"

#include <string>
#include <vector>

namespace mirrorseed::app {

struct ReleaseMember {
    RelPath path;  // below the folder; of a single file, its name
    Bytes size = 0;
    Digest content{};
    FileTime mtime{};
    bool operator==(const ReleaseMember&) const = default;
};

struct ReleaseContents {
    enum class State {
        absent,         // there is nothing of it
        waits,          // nobody but its upstream's own may read any of it
        undescribable,  // a torrent of it would be of no use, or nobody may vouch for it
        whole,
    };
    State state = State::absent;
    std::string reason{};                  // why it is not described
    std::vector<ReleaseMember> members{};  // in the order of a torrent
    bool operator==(const ReleaseContents&) const = default;
};

// Of a tree's generation, or of the candidate of that number.
ReleaseContents contents_of(Catalogue& catalogue, TreeId tree, Generation number, const RelPath& path,
                            bool is_folder);

// Is what a release holds just that? Its pads do not count.
bool holds_just(const std::vector<ReleaseFile>& files, const ReleaseContents& contents);

}  // namespace mirrorseed::app
