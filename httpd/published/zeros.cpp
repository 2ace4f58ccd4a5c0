#include "httpd/published/zeros.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

namespace mirrorseed::httpd {

Result<Descriptor> Zeros::at_least(Bytes size) {
    const auto failed = [] { return Error::last_system_error("cannot make a file of zeros"); };
    if (!file_.is_open()) file_ = Descriptor(::memfd_create("zeros", MFD_CLOEXEC));
    if (!file_.is_open()) return failed();
    if (size > size_ && ::ftruncate(file_.get(), static_cast<off_t>(size)) != 0) return failed();
    size_ = std::max(size, size_);
    Descriptor again(::fcntl(file_.get(), F_DUPFD_CLOEXEC, 0));
    if (!again.is_open()) return failed();
    return again;
}

}  // namespace mirrorseed::httpd
