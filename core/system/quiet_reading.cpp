#include "core/system/quiet_reading.hpp"

#include "core/units.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <vector>

namespace mirrorseed {
namespace {

constexpr std::size_t window = 1 << 20;

// Which pages of a part of a file are in memory; nothing where nobody tells.
class Residents {
public:
    Residents() : page_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))), pages_(window / page_) {}

    bool look(const Descriptor& file, Bytes at) {
        void* const there =
            ::mmap(nullptr, window, PROT_READ, MAP_SHARED, file.get(), static_cast<off_t>(at));
        if (there == MAP_FAILED) return false;
        const bool told = ::mincore(there, window, pages_.data()) == 0;
        ::munmap(there, window);
        return told;
    }

    // Lets go of those that were not there.
    void let_go_of_others(const Descriptor& file, Bytes at) const {
        for (std::size_t begin = 0; begin < pages_.size();) {
            auto end = begin;
            while (end < pages_.size() && (pages_[end] & 1) == (pages_[begin] & 1))
                ++end;
            if ((pages_[begin] & 1) == 0)
                ::posix_fadvise(file.get(), static_cast<off_t>(at + begin * page_),
                                static_cast<off_t>((end - begin) * page_), POSIX_FADV_DONTNEED);
            begin = end;
        }
    }

private:
    std::size_t page_;
    std::vector<unsigned char> pages_;
};

}  // namespace

Status read_quietly(const Descriptor& file, const std::string& name,
                    const std::function<Status(ByteSpan)>& seen) {
    // What the kernel reads ahead of us would lie where we did not look.
    ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_RANDOM);
    Residents residents;
    std::vector<std::uint8_t> buffer(window);
    for (Bytes at = 0;;) {
        const bool is_known = residents.look(file, at);
        std::size_t filled = 0;
        while (filled < window) {
            const auto came = read_at(file, std::span(buffer).subspan(filled), at + filled, name);
            if (!came) return came.error();
            if (*came == 0) break;
            filled += *came;
        }
        if (is_known) residents.let_go_of_others(file, at);
        if (filled == 0) return {};
        const auto go_on = seen(ByteSpan(buffer).first(filled));
        if (!go_on) return go_on;
        if (filled < window) return {};
        at += filled;
    }
}

}  // namespace mirrorseed
