#include "core/store/commit_mark.hpp"

#include "core/store/sqlite.hpp"

#include <cstddef>

namespace mirrorseed {
namespace {

// Within the header, in words of four bytes: the commits, the frames in the log, and what tells logs apart.
constexpr std::size_t commits = 2, frames = 4, salt = 8;

std::uint64_t word(const volatile void* header, std::size_t index) {
    // Other processes write it; a value that is half new is another value too.
    return __atomic_load_n(static_cast<const volatile std::uint32_t*>(header) + index, __ATOMIC_ACQUIRE);
}

}  // namespace

std::optional<CommitMark> CommitMark::of(Database& database) {
    const auto* header = database.shared_memory();
    if (header == nullptr) return std::nullopt;
    return CommitMark(header);
}

std::uint64_t CommitMark::read() const noexcept {
    return (word(header_, frames) << 32 | word(header_, commits)) ^ word(header_, salt) << 16;
}

}  // namespace mirrorseed
