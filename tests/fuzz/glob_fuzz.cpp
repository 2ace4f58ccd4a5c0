#include "core/glob.hpp"

#include <cstdint>
#include <cstdlib>

// A pattern and a path, with a line feed between them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return 0;
    const auto glob = Glob::parse(text.substr(0, end));
    if (!glob) return 0;
    if (glob->str() != text.substr(0, end)) std::abort();
    const auto path = RelPath::parse(text.substr(end + 1));
    if (path && glob->matches(*path) && !Glob::overlap(*glob, *glob)) std::abort();
    return 0;
}
