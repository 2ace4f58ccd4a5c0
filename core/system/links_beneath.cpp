#include "core/system/links_beneath.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>

namespace mirrorseed {
namespace {

// openat2 answers EAGAIN when a rename elsewhere raced with the look-up.
int open_in(int folder, const char* name) {
    open_how how{};
    how.flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    for (int attempt = 0;; ++attempt) {
        const auto fd = static_cast<int>(::syscall(SYS_openat2, folder, name, &how, sizeof how));
        if (fd >= 0 || (errno != EAGAIN && errno != EINTR) || attempt == 100) return fd;
    }
}

Result<std::string> name_of(int fd) {
    std::string name(PATH_MAX, '\0');
    const auto length = ::readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), name.data(), name.size());
    if (length < 0) return Error::last_system_error("cannot tell where a file is");
    name.resize(static_cast<std::size_t>(length));
    return name;
}

}  // namespace

Result<Descriptor> open_through_links(const Folder& folder, const RelPath& path) {
    const auto shown = folder.path() + "/" + path.str();
    Descriptor file(open_in(folder.fd(), path.str().c_str()));
    if (!file.is_open()) return Error::last_system_error("cannot open " + shown);
    const auto facts = facts_of(file, shown);
    if (!facts) return facts.error();
    if (!facts->is_file) return Error(Fault::bad_input, shown + " is no regular file");
    return file;
}

Result<RelPath> place_beneath(const Folder& folder, const Descriptor& file) {
    const auto above = name_of(folder.fd());
    if (!above) return above.error();
    const auto name = name_of(file.get());
    if (!name) return name.error();
    const auto begin = above->ends_with('/') ? *above : *above + "/";
    if (!name->starts_with(begin))
        return Error(Fault::changed, folder.path() + " was moved while it was read");
    return RelPath::parse(std::string_view(*name).substr(begin.size()));
}

}  // namespace mirrorseed
