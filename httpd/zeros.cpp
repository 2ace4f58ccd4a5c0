#include "httpd/zeros.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <utility>

namespace mirrorseed::httpd {

Result<Descriptor> file_of_zeros(Bytes size) {
    Descriptor file(::memfd_create("zeros", MFD_CLOEXEC));
    if (!file.is_open() || ::ftruncate(file.get(), static_cast<off_t>(size)) != 0)
        return Error::last_system_error("cannot make a file of zeros");
    return file;
}

}  // namespace mirrorseed::httpd
