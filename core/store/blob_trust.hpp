// Whether a blob's file may be taken for its content without being read. Pure.
#pragma once

#include "core/store/catalogue_contents.hpp"
#include "core/system/folder.hpp"

#include <optional>

namespace mirrorseed {

enum class Trust {
    sound,     // as far as anybody can tell without reading it
    doubtful,  // its inode is not as it was left: somebody wrote to it, or it is another file
    damaged,   // it was read, and is not what its name says
};

// The time of the last change of an inode proves nothing, for each new link is one. Its size and time do, as
// far as nobody forges them.
bool is_as_left(const BlobRow& row, const FileFacts& inode) noexcept;

Trust trust_in(const BlobRow& row, const std::optional<FileFacts>& inode) noexcept;

Dress dress_of(const FileFacts& inode) noexcept;

}  // namespace mirrorseed
