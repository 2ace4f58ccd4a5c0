#include "httpd/inode_watch.hpp"

namespace mirrorseed::httpd {

InodeWatch::InodeWatch(const InodeWatch& other) noexcept {
    *this = other;
}

InodeWatch& InodeWatch::operator=(const InodeWatch& other) noexcept {
    is_watching_ = other.is_watching_;
    size_ = other.size_;
    mtime_ = other.mtime_.load();
    looked_in_ = other.looked_in_.load();
    is_another_ = other.is_another_.load();
    return *this;
}

void InodeWatch::look(const Descriptor& file) const noexcept {
    if (!is_watching_ || !file.is_open()) return;
    struct stat info {};
    const bool seen = ::fstat(file.get(), &info) == 0;
    const auto mtime = FileTime::from(info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
    is_another_ = !seen || static_cast<Bytes>(info.st_size) != size_ || mtime.nanoseconds != mtime_.load();
}

void InodeWatch::accept(const FileFacts& as_it_is) const noexcept {
    mtime_ = as_it_is.mtime.nanoseconds;
    is_another_ = as_it_is.size != size_;
}

}  // namespace mirrorseed::httpd
