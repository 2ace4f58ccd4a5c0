// Whatever a package database says of a package: it is refused, or names a file beside the database.

#include "sync/arch/package_desc.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto package = mirrorseed::sync::arch::parse_desc({reinterpret_cast<const char*>(data), size});
    if (!package) return 0;
    const auto& file = package->file;
    if (file.is_root() || file.str().find('/') != std::string_view::npos || package->name.empty())
        std::abort();
    return 0;
}
