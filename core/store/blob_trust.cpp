#include "core/store/blob_trust.hpp"

namespace mirrorseed {

bool is_as_left(const BlobRow& row, const FileFacts& inode) noexcept {
    if (!inode.is_file || inode.size != row.size) return false;
    return !row.dress || inode.mtime == row.dress->mtime || inode.mtime == row.next_mtime;
}

Trust trust_in(const BlobRow& row, const std::optional<FileFacts>& inode) noexcept {
    if (row.damaged) return Trust::damaged;
    return inode && is_as_left(row, *inode) ? Trust::sound : Trust::doubtful;
}

Dress dress_of(const FileFacts& inode) noexcept {
    return {inode.mode, inode.mtime};
}

}  // namespace mirrorseed
