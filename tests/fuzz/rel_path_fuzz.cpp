#include "core/rel_path.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto path = RelPath::parse(text);
    if (!path) return 0;
    if (path->str() != text || text.starts_with('/') || text.find('\0') != std::string_view::npos)
        std::abort();
    if (path->is_root()) return 0;
    const auto name = RelPath::parse_name(path->name());
    if (!name || path->parent() / *name != *path || !path->is_within(path->parent())) std::abort();
    // Walking the parts never climbs.
    for (std::string_view rest = text; !rest.empty();) {
        const auto slash = rest.find('/');
        const auto part = rest.substr(0, slash);
        if (part.empty() || part == "." || part == ".." || part.size() > 255) std::abort();
        rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
    }
    return 0;
}
