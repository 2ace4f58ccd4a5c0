#include "httpd/page_probe.hpp"

#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <memory>

namespace mirrorseed::httpd {
namespace {

constexpr long cachestat_number = 451;  // since Linux 6.5; younger than these headers
constexpr std::size_t portion = 128 << 10;

struct CacheRange {
    std::uint64_t offset = 0, length = 0;
};
struct CacheCounts {
    std::uint64_t cached = 0, dirty = 0, writeback = 0, evicted = 0, recently_evicted = 0;
};

// False where there is no such call, or where it is for a file's owner alone, as on newer kernels.
bool count_pages(const Descriptor& file, const Span& span, std::uint64_t& cached) {
    static std::atomic<bool> tells = true;
    if (!tells.load(std::memory_order_relaxed)) return false;
    CacheRange range{span.begin, span.size()};
    CacheCounts counts;
    if (::syscall(cachestat_number, file.get(), &range, &counts, 0) != 0) {
        if (errno == ENOSYS || errno == EPERM) tells = false;
        return false;
    }
    cached = counts.cached;
    return true;
}

ssize_t read_at_once(const Descriptor& file, char* to, std::size_t count, Bytes at) {
    const iovec part{to, count};
    return ::preadv2(file.get(), &part, 1, static_cast<off_t>(at), RWF_NOWAIT);
}

bool byte_is_there(const Descriptor& file, Bytes at) {
    char byte = 0;
    return read_at_once(file, &byte, 1, at) >= 0 || errno != EAGAIN;
}

}  // namespace

bool is_in_memory(const Descriptor& file, const Span& span) {
    static const auto page = static_cast<Bytes>(::sysconf(_SC_PAGESIZE));
    std::uint64_t cached = 0;
    if (count_pages(file, span, cached)) return cached >= (span.end - 1) / page - span.begin / page + 1;
    for (auto at = span.begin; at < span.end; at += portion)
        if (!byte_is_there(file, at)) return false;
    return byte_is_there(file, span.end - 1);
}

void bring_into_memory(const Descriptor& file, const Span& span) {
    const auto buffer = std::make_unique_for_overwrite<char[]>(portion);
    for (auto at = span.begin; at < span.end;) {
        const auto count = static_cast<std::size_t>(std::min<Bytes>(portion, span.end - at));
        const auto got = ::pread(file.get(), buffer.get(), count, static_cast<off_t>(at));
        if (got <= 0) return;  // whoever sends it finds out the same
        at += static_cast<Bytes>(got);
    }
}

bool append_at_once(std::string& to, const Descriptor& file, const Span& span) {
    const auto before = to.size();
    to.resize(before + span.size());
    const auto got = read_at_once(file, to.data() + before, span.size(), span.begin);
    if (got == static_cast<ssize_t>(span.size())) return true;
    to.resize(before);
    return false;
}

}  // namespace mirrorseed::httpd
