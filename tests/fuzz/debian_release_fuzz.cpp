// Whatever a Release says: it is refused, or every path of it stays within its suite and is found again.

#include "sync/debian/index_choice.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed::sync::debian;
    const auto release = parse_release({reinterpret_cast<const char*>(data), size});
    if (!release) return 0;
    for (const auto& file : release->files)
        if (release->find(file.path) != &file || by_hash_path(file).is_root()) std::abort();
    const auto choice = choose_indices(*release, {.contents = true, .installer = true});
    if (!choice) return 0;
    const auto& chosen = *choice;
    for (const auto& index : chosen.indices)
        if (index.forms.empty()) std::abort();
    return 0;
}
