// Whatever stands in a file that should be a packed tar archive: it is refused, or its files come within
// limits.

#include "sync/unpacking.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed;
    const Descriptor file(::memfd_create("tar", MFD_CLOEXEC));
    if (!file.is_open() || ::write(file.get(), data, size) != static_cast<ssize_t>(size)) std::abort();
    ::lseek(file.get(), 0, SEEK_SET);
    constexpr sync::TarLimits limits{.most = Bytes{1} << 20, .most_of_one = 4096, .most_entries = 100};
    std::uint64_t seen = 0;
    (void)sync::read_tar(
        file, limits, [](std::string_view name) { return name.size() % 2 == 0; },
        [&](std::string_view, std::string_view content) {
            if (content.size() > limits.most_of_one || ++seen > limits.most_entries) std::abort();
            return Status();
        })
        .has_value();
    return 0;
}
