#include "core/store/manifest.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using mirrorseed::ManifestHead;
    const auto head = ManifestHead::parse({reinterpret_cast<const char*>(data), size});
    // What was accepted is written and read back as the same.
    if (head && !ManifestHead::parse(head->json())) std::abort();
    return 0;
}
